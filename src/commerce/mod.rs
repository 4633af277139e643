//! The public document about money: what can be bought, how it is recorded, and what no program may do.
//!
//! Only puts together what other features say about themselves.

pub mod document;
pub mod facts;
pub mod sql;
pub mod tables;

use crate::cx::Cx;
use crate::http::route::About;
use crate::http::{Reply, Req, Result, Route, Shape, Verb};
use crate::{document_answers, open};

async fn source_data(cx: &Cx, req: &Req) -> Result<Reply> {
    Reply::document(req, &document::read(cx).await?)
}

/// The routes of this feature.
pub static ROUTES: &[Route] = &[Route {
    verb: Verb::Get,
    path: "/commerce/source-data",
    gate: open!(source_data),
    shape: Shape::Code,
    about: About {
        id: "commerceDocument",
        summary: "The contract about money: checkouts, plans, decisions, referrals and commissions, with live totals.",
        query: &[],
        takes: None,
        answers: document_answers!(document::Document),
        refusals: &[],
    },
}];
