//! Leaving every list: by a form that anybody may use, or with one press from a letter (RFC 8058).
//!
//! Both do the same work for readers and strangers, and both begin with the suppression.

pub mod link;
pub mod model;
pub mod page;
pub mod serve;
pub mod sql;

use super::join::page as shows;
use crate::account;
use crate::http::route::{About, Media};
use crate::http::{key, Route, Shape, Verb};
use crate::{open, schema};

/// Where a program, or our form, sends an address that is to be left alone.
pub const LEAVE: &str = "/api/audience/unsubscribe";
/// Where the link in a letter leads.
pub const PAGE: &str = "/audience/unsubscribe";

/// The routes of this part.
pub static ROUTES: &[Route] = &[
    Route {
        verb: Verb::Post,
        path: LEAVE,
        gate: open!(serve::leave),
        shape: Shape::Code,
        about: About {
            id: "leaveAudience",
            summary:
                "Takes an address off every list of the shop. The answer is the same whether it was on one or not.",
            query: &[],
            takes: Some(schema!(model::LeaveBody)),
            answers: &[
                (200, Media::Json(schema!(crate::contract::redaction::Redacted<model::Leaving>))),
                (303, Media::Redirect),
            ],
            refusals: &[&super::visit::INVALID_EMAIL, &key::INVALID, &model::CONFLICT, &account::TOO_MANY],
        },
    },
    shows(
        Verb::Get,
        PAGE,
        open!(serve::page),
        "leavePage",
        "Where the link in a letter leads: a button that takes its reader off every list. Without a link, a form.",
        &[("token", "The signature of the letter."), ("done", "Says that it worked.")],
    ),
    Route {
        verb: Verb::Post,
        path: PAGE,
        gate: open!(serve::one_click),
        shape: Shape::Page,
        about: About {
            id: "leaveByLink",
            summary: "Takes the reader of a letter off every list. Mail programs send `List-Unsubscribe=One-Click`.",
            query: &[("token", "The signature of the letter.")],
            takes: None,
            answers: &[(200, Media::Html), (404, Media::Html)],
            refusals: &[],
        },
    },
];
