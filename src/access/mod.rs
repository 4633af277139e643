//! What a buyer may open: the look-up of a purchase, one-use download tokens, the file itself, and sections to read.
//!
//! Never grants anything (`payment` does) and never shows an object key.

pub mod content;
pub mod download;
pub mod lookup;
pub mod model;
pub mod page;
pub mod serve;
pub mod sql;
pub mod token;

pub use lookup::{LOOKUP_ID, LOOKUP_ISSUE, LOOKUP_STATUS, PRIVATE_FIELDS as LOOKUP_PRIVATE_FIELDS};
pub use model::{
    CONTENT_DELIVERY_MODE, CONTENT_FLAGS, CONTENT_FOLLOWS_ISSUE, CONTENT_ISSUE, CONTENT_STATUS, LOOKUP_FLAGS,
    TOKEN_FLAGS, TOKEN_ISSUE,
};

use crate::http::route::{About, Media};
use crate::http::{Route, Shape, Verb};
use crate::{open, schema};

/// The routes of this feature.
pub static ROUTES: &[Route] = &[
    Route {
        verb: Verb::Get,
        path: "/api/products/entitlements",
        gate: open!(serve::entitlements),
        shape: Shape::Code,
        about: About {
            id: "lookUpEntitlements",
            summary: "How a checkout stands and what it opened.",
            query: &[("checkoutIntentId", "The checkout; `checkout_intent_id` is understood too.")],
            takes: None,
            answers: &[
                (200, Media::Json(schema!(crate::contract::redaction::Redacted<lookup::Lookup>))),
                (400, Media::Json(schema!(crate::contract::redaction::Redacted<lookup::Lookup>))),
            ],
            refusals: &[],
        },
    },
    Route {
        verb: Verb::Post,
        path: "/api/products/download-tokens",
        gate: open!(serve::create_token),
        shape: Shape::State { issue: model::TOKEN_ISSUE, redaction: model::TOKEN_FLAGS },
        about: About {
            id: "createDownloadToken",
            summary: "Makes a token that opens one file once.",
            query: &[],
            takes: Some(schema!(token::TokenBody)),
            answers: &[
                (201, Media::Json(schema!(crate::contract::redaction::Redacted<token::Created>))),
                (303, Media::Redirect),
            ],
            refusals: model::TOKEN_REFUSALS,
        },
    },
    Route {
        verb: Verb::Get,
        path: "/api/products/downloads",
        gate: open!(serve::redeem),
        shape: Shape::Bare { redaction: model::TOKEN_FLAGS },
        about: About {
            id: "redeemDownloadToken",
            summary: "Uses up a token and streams its file. HEAD looks without using it up.",
            query: &[("token", "The token; `Authorization: Bearer` is understood too.")],
            takes: None,
            answers: &[(200, Media::File)],
            refusals: model::REDEEM_REFUSALS,
        },
    },
    Route {
        verb: Verb::Get,
        path: "/api/products/protected-content",
        gate: open!(serve::section),
        shape: Shape::State { issue: model::CONTENT_ISSUE, redaction: model::CONTENT_FLAGS },
        about: About {
            id: "readProtectedContent",
            summary: "The text of a section that an entitlement opens.",
            query: CONTENT_QUERY,
            takes: None,
            answers: &[(200, Media::Json(schema!(crate::contract::redaction::Redacted<content::Delivered>)))],
            refusals: model::CONTENT_REFUSALS,
        },
    },
    Route {
        verb: Verb::Get,
        path: "/products/content",
        gate: open!(serve::section_page),
        shape: Shape::Page,
        about: About {
            id: "contentPage",
            summary: "A section to read, for people.",
            query: CONTENT_QUERY,
            takes: None,
            answers: &[(200, Media::Html)],
            refusals: model::CONTENT_REFUSALS,
        },
    },
    Route {
        verb: Verb::Get,
        path: "/products/entitlements",
        gate: open!(serve::access_page),
        shape: Shape::Page,
        about: About {
            id: "accessPage",
            summary: "A buyer's purchase, with a download button per file.",
            query: &[("checkout_intent_id", "The checkout; `checkoutIntentId` is understood too.")],
            takes: None,
            answers: &[(200, Media::Html), (400, Media::Html)],
            refusals: &[],
        },
    },
];

const CONTENT_QUERY: &[(&str, &str)] = &[
    ("checkoutIntentId", "The checkout; `checkout_intent_id` is understood too."),
    ("entitlementId", "The entitlement; `entitlement_id` is understood too."),
    ("protectedContentId", "The section; `protected_content_id`, `sectionId` and `section_id` are understood too."),
];
