//! Partners: the links they share, the clicks on them, what a sale earns, and what the owner decides about it.
//!
//! Never pays anybody: a commission is written down for review. Never decides alone about a doubtful one.

pub mod click;
pub mod contract;
pub mod desk;
pub mod evidence;
pub mod flags;
pub mod ledger;
pub mod program;

pub use click::attribution::{self, Attribution, ClickStanding};
pub use click::serve::kept;
pub use contract::{AttributionContract, LedgerContract, ReviewContract, ATTRIBUTION, LEDGER, REVIEW};
pub use ledger::money::{credit, take_back, Delivery, Taken};
pub use program::totals::{AttributionCounts, LedgerCounts, Totals};

use crate::confirm::Write;
use crate::http::route::{About, Media};
use crate::http::{Route, Shape, Verb};
use crate::{confirmed, document_answers, open, owner, schema};

/// The confirmed writes of this feature.
pub static WRITES: &[&Write] = &[
    &ledger::writes::CREATE,
    &ledger::writes::ACT,
    &evidence::writes::PAYOUT,
    &evidence::writes::FRAUD,
    &evidence::writes::READINESS,
    &evidence::writes::PREFLIGHT,
    &evidence::writes::PROVIDER,
];

/// The routes of this feature.
pub static ROUTES: &[Route] = &[
    Route {
        verb: Verb::Get,
        path: "/r/{code}",
        gate: open!(click::serve::follow),
        shape: Shape::Page,
        about: About {
            id: "followPartnerLink",
            summary: "Counts a visit by a partner's link, remembers it in the browser, and leads on.",
            query: &[],
            takes: None,
            answers: &[(303, Media::Redirect)],
            refusals: &[&click::model::NO_SUCH_LINK],
        },
    },
    Route {
        verb: Verb::Post,
        path: "/api/affiliates/clicks",
        gate: open!(click::serve::record),
        shape: Shape::Code,
        about: About {
            id: "recordReferralClick",
            summary: "Writes down a click on a partner's link, once per key.",
            query: &[],
            takes: Some(schema!(click::model::ClickBody)),
            answers: &[(200, Media::Json(schema!(crate::contract::redaction::Flagged<click::model::Recorded>)))],
            refusals: click::model::REFUSALS,
        },
    },
    confirmed!(get anyone ledger::writes::CREATE),
    Route { gate: open!(ledger::serve::create), ..confirmed!(post anyone ledger::writes::CREATE) },
    confirmed!(get owner ledger::writes::ACT),
    Route { gate: owner!(ledger::serve::act), ..confirmed!(post owner ledger::writes::ACT) },
    confirmed!(get owner evidence::writes::PAYOUT),
    confirmed!(post owner evidence::writes::PAYOUT),
    confirmed!(get owner evidence::writes::FRAUD),
    confirmed!(post owner evidence::writes::FRAUD),
    confirmed!(get owner evidence::writes::READINESS),
    confirmed!(post owner evidence::writes::READINESS),
    confirmed!(get owner evidence::writes::PREFLIGHT),
    confirmed!(post owner evidence::writes::PREFLIGHT),
    confirmed!(get owner evidence::writes::PROVIDER),
    confirmed!(post owner evidence::writes::PROVIDER),
    Route {
        verb: Verb::Get,
        path: "/affiliates/source-data",
        gate: open!(program::serve::document),
        shape: Shape::Code,
        about: About {
            id: "affiliatesDocument",
            summary: "The partner program, its rules and its figures, for programs to read.",
            query: &[],
            takes: None,
            answers: document_answers!(program::document::Document),
            refusals: &[],
        },
    },
    Route {
        verb: Verb::Get,
        path: "/affiliates/{slug}",
        gate: open!(program::serve::page),
        shape: Shape::Page,
        about: About {
            id: "programPage",
            summary: "A partner program in plain words: what counts, what it earns, and when.",
            query: &[],
            takes: None,
            answers: &[(200, Media::Html)],
            refusals: &[&program::NOTHING_HERE],
        },
    },
    Route {
        verb: Verb::Get,
        path: "/admin/affiliates",
        gate: owner!(desk::serve::page),
        shape: Shape::Page,
        about: About {
            id: "affiliateDesk",
            summary: "The owner's view of partners: commissions with their reasons, and orders without one.",
            query: &[
                ("payoutBatchId", "Another payout preview than the first."),
                ("reviewFlagId", "Another flag than the first."),
                ("affiliatePartnerReportId", "Another partner report than the first of the flag."),
                ("done", "What was just decided."),
                ("problem", "Why it was not."),
            ],
            takes: None,
            answers: &[(200, Media::Html)],
            refusals: &[],
        },
    },
];
