//! After the purchase: the one offer that follows, and what the buyer decided about it.
//!
//! Never charges anybody and never grants anything: a decision is a wish that the owner can act on.

pub mod document;
pub mod model;
pub mod page;
pub mod serve;
pub mod sql;
pub mod writes;

pub use document::{contract, summary, Contract, Count, Summary};
pub use model::{API_ROUTE, PAGE_PREFIX};
pub use sql::decision_counts;

use crate::confirm::Write;
use crate::http::route::{About, Media};
use crate::http::{Route, Shape, Verb};
use crate::{confirmed, open};

/// The confirmed writes of this feature.
pub static WRITES: &[&Write] = &[&writes::DECIDE];

/// The routes of this feature.
pub static ROUTES: &[Route] = &[
    confirmed!(get anyone writes::DECIDE),
    confirmed!(post anyone writes::DECIDE),
    Route {
        verb: Verb::Get,
        path: "/commerce/post-purchase/{intent}",
        gate: open!(serve::offer),
        shape: Shape::Page,
        about: About {
            id: "postPurchasePage",
            summary: "The offer that follows a purchase, for half an hour after it.",
            query: &[("done", "What was just decided."), ("problem", "Why it was not.")],
            takes: None,
            answers: &[(200, Media::Html)],
            refusals: &[],
        },
    },
];
