//! The owner's side of the audience, and the document about it.

pub mod model;
pub mod page;
pub mod serve;
pub mod sql;

use crate::audience::document;
use crate::audience::evidence::writes;
use crate::confirm::Write;
use crate::http::route::{About, Media};
use crate::http::{Route, Shape, Verb};
use crate::{confirmed, document_answers, open, owner};

/// The confirmed writes of the owner's side.
pub static WRITES: &[&Write] = &[
    &writes::NOTE,
    &writes::INTENT,
    &writes::PREFLIGHT,
    &writes::SCHEDULE,
    &writes::BATCH,
    &writes::MESSAGES,
    &writes::DISPATCH,
    &writes::ATTEMPT,
];

/// The routes of the owner's side.
pub static ROUTES: &[Route] = &[
    Route {
        verb: Verb::Get,
        path: super::DOCUMENT,
        gate: open!(document::serve::document),
        shape: Shape::Code,
        about: About {
            id: "audienceDocument",
            summary: "How the list works and its figures, for programs to read.",
            query: &[],
            takes: None,
            answers: document_answers!(document::model::Document),
            refusals: &[],
        },
    },
    Route {
        verb: Verb::Get,
        path: super::OWNER_PAGE,
        gate: owner!(serve::desk),
        shape: Shape::Page,
        about: About {
            id: "ownerAudiencePage",
            summary: "The people on the list, and the steps towards imports and broadcasts.",
            query: &[
                ("search", "what an address or a name begins with"),
                ("status", "only this status"),
                ("segment", "only this segment"),
                ("tag", "only this tag"),
                ("after", "where the page before ended"),
                ("draftId", "the draft whose steps are shown; the one that changed last without it"),
                ("importIntentId", "the import whose steps are shown; the newest without it"),
            ],
            takes: None,
            answers: &[(200, Media::Html)],
            refusals: &[],
        },
    },
    Route {
        verb: Verb::Get,
        path: "/admin/audience/{id}",
        gate: owner!(serve::person),
        shape: Shape::Page,
        about: About {
            id: "ownerPersonPage",
            summary: "One person on the list: what they agreed to, what followed, what is noted.",
            query: &[],
            takes: None,
            answers: &[(200, Media::Html)],
            refusals: &[&crate::http::error::common::NOT_FOUND],
        },
    },
    confirmed!(get owner writes::NOTE),
    confirmed!(post owner writes::NOTE),
    confirmed!(get owner writes::INTENT),
    confirmed!(post owner writes::INTENT),
    confirmed!(get owner writes::PREFLIGHT),
    confirmed!(post owner writes::PREFLIGHT),
    confirmed!(get owner writes::SCHEDULE),
    confirmed!(post owner writes::SCHEDULE),
    confirmed!(get owner writes::BATCH),
    confirmed!(post owner writes::BATCH),
    confirmed!(get owner writes::MESSAGES),
    confirmed!(post owner writes::MESSAGES),
    confirmed!(get owner writes::DISPATCH),
    confirmed!(post owner writes::DISPATCH),
    confirmed!(get owner writes::ATTEMPT),
    confirmed!(post owner writes::ATTEMPT),
];
