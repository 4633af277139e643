//! Joining a list: the form, the mail that asks, and the button that confirms.
//!
//! Whoever asks gets the same answer and causes the same work, whatever the address is to the shop.

pub mod confirm;
pub mod letters;
pub mod model;
pub mod page;
pub mod serve;
pub mod sql;

use serde::Deserialize;

use crate::account;
use crate::db::Stmt;
use crate::http::route::{About, Media};
use crate::http::{key, Refusal, Route, Shape, Verb};
use crate::kit::id::TenantId;
use crate::{open, schema};

/// Where a wish to join is sent.
pub const JOIN: &str = "/api/audience/opt-in";
/// Where the mail leads that asks to confirm it.
pub const CONFIRM: &str = "/audience/confirm";

/// The routes of this part.
pub static ROUTES: &[Route] = &[
    Route {
        verb: Verb::Post,
        path: JOIN,
        gate: open!(serve::join),
        shape: Shape::Code,
        about: About {
            id: "joinAudience",
            summary:
                "Asks to join a list. A mail to the address asks for a confirmation; until then nobody has joined.",
            query: &[],
            takes: Some(schema!(model::JoinBody)),
            answers: &[
                (200, Media::Json(schema!(crate::contract::redaction::Redacted<model::Joining>))),
                (303, Media::Redirect),
            ],
            refusals: &[
                &model::FORM_NOT_FOUND,
                &super::visit::INVALID_EMAIL,
                &model::CONSENT_REQUIRED,
                &model::INVALID_FIRST_NAME,
                &model::STALE_STATEMENT,
                &key::INVALID,
                &model::CONFLICT,
                &account::TOO_MANY,
            ],
        },
    },
    page(
        Verb::Get,
        CONFIRM,
        open!(confirm::page),
        "confirmJoiningPage",
        "Where the mail leads: a button that confirms, and afterwards what the form promised.",
        &[("token", "The token of the mail.")],
    ),
    page(
        Verb::Post,
        CONFIRM,
        open!(confirm::act),
        "confirmJoining",
        "Confirms a wish to join. Works once, from the page that the mail leads to.",
        &[],
    ),
    Route {
        verb: Verb::Get,
        path: "/audience/{slug}",
        gate: open!(serve::form),
        shape: Shape::Page,
        about: About {
            id: "audienceFormPage",
            summary: "A form to join a list by.",
            query: &[("sent", "Says that the mail is on its way.")],
            takes: None,
            answers: &[(200, Media::Html)],
            refusals: &[&NOTHING_HERE],
        },
    },
];

/// No such form.
pub const NOTHING_HERE: Refusal = Refusal::new(404, "not_found", "There is nothing at this address.");

/// Asks for the form that the front page points to, as [`Invitation`].
pub fn invitation(tenant: &TenantId) -> Stmt {
    sql::invitation(tenant)
}

/// What the front page says of a form.
#[derive(Debug, Deserialize)]
pub struct Invitation {
    /// Its address.
    pub slug: String,
    /// What it promises, in a line.
    pub headline: String,
    /// The same in a sentence or two.
    pub summary: String,
    /// The words on its button.
    pub button: String,
}

/// A page, or the answer to its form.
pub(super) const fn page(
    verb: Verb,
    path: &'static str,
    gate: crate::http::Gate,
    id: &'static str,
    summary: &'static str,
    query: &'static [(&'static str, &'static str)],
) -> Route {
    let answers: &[(u16, Media)] = match verb {
        Verb::Get => &[(200, Media::Html), (404, Media::Html)],
        Verb::Post => &[(303, Media::Redirect)],
    };
    Route {
        verb,
        path,
        gate,
        shape: Shape::Page,
        about: About { id, summary, query, takes: None, answers, refusals: &[] },
    }
}
