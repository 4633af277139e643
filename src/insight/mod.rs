//! What visitors do and what comes of it: events, experiments, reports.
//!
//! Never keeps who a visitor is: of a browser only a keyed hash. Never believes a browser about money: purchases, orders
//! and sign-ups are recorded by our own code, in the batch that makes them true.

pub mod assignment;
pub mod decision;
pub mod desk;
pub mod event;
pub mod notification;
pub mod report;
pub mod sql;

pub use event::model::is_robot;
pub use event::page::Beacon;
pub use report::serve::fold;

use serde_json::Value;

use crate::cx::Cx;
use crate::db::{Query, Stmt};
use crate::http::route::{About, Media};
use crate::http::{Route, Shape, Verb};
use crate::kit::id::{AuditId, CheckoutIntentId, StripeEventId};
use crate::kit::time::Moment;
use crate::{document_answers, open, schema};

/// What only our own code records.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Somebody joined a list.
    OptIn,
}

impl Kind {
    /// As definitions name it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::OptIn => "opt_in",
        }
    }
}

/// Something that happened, as a feature tells it.
#[derive(Debug)]
pub struct Happened<'a> {
    /// What.
    pub kind: Kind,
    /// What makes it one thing: the same key is counted once.
    pub key: &'a str,
    /// Whose doing it is: an id of ours that is never shown. Only a keyed hash of it is kept.
    pub correlation: &'a str,
    /// On which page; `None` for the page that the definition names.
    pub route: Option<&'a str>,
    /// At which step of a funnel; `None` for the first step of that page.
    pub step: Option<&'a str>,
    /// By which form.
    pub form: Option<&'a str>,
    /// Under which variant of an experiment; one that is not known is left out.
    pub variant: Option<&'a str>,
    /// A JSON object; what the definition does not allow is left out.
    pub properties: Value,
    /// When.
    pub now: Moment,
}

/// The window of time that a report is about.
const WINDOW: &[(&str, &str)] = &[("window", "`all` (default), `24h`, `7d` or `30d`.")];

/// The routes of this feature.
pub static ROUTES: &[Route] = &[
    Route {
        verb: Verb::Post,
        path: "/api/analytics/events",
        gate: open!(event::serve::record),
        shape: Shape::Code,
        about: About {
            id: "recordAnalyticsEvent",
            summary: "Counts an event that pages report, once per key. What only the server knows is refused.",
            query: &[],
            takes: Some(schema!(event::model::Body)),
            answers: &[(200, Media::Json(schema!(crate::contract::redaction::Flagged<event::model::Answer>)))],
            refusals: event::model::REFUSALS,
        },
    },
    Route {
        verb: Verb::Post,
        path: "/api/analytics/assignments",
        gate: open!(assignment::serve::assign),
        shape: Shape::Code,
        about: About {
            id: "assignExperimentVariant",
            summary: "Gives a visitor of an experiment a variant: always the same one.",
            query: &[],
            takes: Some(schema!(assignment::model::Body)),
            answers: &[(200, Media::Json(schema!(crate::contract::redaction::Flagged<assignment::model::Answer>)))],
            refusals: assignment::model::REFUSALS,
        },
    },
    Route {
        verb: Verb::Get,
        path: "/analytics/view.svg",
        gate: open!(event::serve::view),
        shape: Shape::Code,
        about: About {
            id: "countPageView",
            summary: "An empty image that counts a look at a page by a browser without script.",
            query: &[("page", "The page that holds the image.")],
            takes: None,
            answers: &[(200, Media::File)],
            refusals: &[],
        },
    },
    Route {
        verb: Verb::Get,
        path: "/analytics/source-data",
        gate: open!(report::serve::document),
        shape: Shape::Code,
        about: About {
            id: "analyticsDocument",
            summary: "What is counted, and what came of it: totals, for programs to read.",
            query: WINDOW,
            takes: None,
            answers: document_answers!(report::wire::Document),
            refusals: &[],
        },
    },
    Route {
        verb: Verb::Get,
        path: "/analytics/{slug}",
        gate: open!(report::serve::dashboard),
        shape: Shape::Page,
        about: About {
            id: "dashboardPage",
            summary: "A dashboard in plain words and pictures.",
            query: WINDOW,
            takes: None,
            answers: &[(200, Media::Html)],
            refusals: &[&report::serve::NOTHING_HERE],
        },
    },
];

/// What the hash of a visitor is for.
const VISITOR: &str = "analytics-visitor";

/// An effect of a confirmed decision about the offer that follows a purchase: counts an acceptance.
pub static UPSELL_ACCEPTED: &Query = &sql::UPSELL_ACCEPTED;

/// Records what happened, once per key, in the batch of whatever made it true. Where a row must prove it, a feature
/// writes its own statement with [`event_of!`](crate::event_of).
pub fn happened(cx: &Cx, it: &Happened<'_>) -> Stmt {
    sql::happened(&cx.tenant, &fresh(cx), visitor(cx, it.correlation).as_deref(), it)
}

/// Records the start of a checkout, if the batch opens it.
pub fn checkout_started(cx: &Cx, intent: &CheckoutIntentId) -> Stmt {
    sql::checkout_started(&fresh(cx), intent, visitor(cx, intent.as_str()).as_deref())
}

/// Records a purchase, if this delivery of an event moved the checkout.
pub fn purchased(cx: &Cx, intent: &CheckoutIntentId, event: &StripeEventId, delivery: &AuditId, now: Moment) -> Stmt {
    sql::purchased(&fresh(cx), intent, event, delivery, now)
}

/// Records what this delivery of an event opened.
pub fn access_granted(cx: &Cx, event: &StripeEventId, delivery: &AuditId, now: Moment) -> Stmt {
    sql::access_granted(&fresh(cx), event, delivery, now)
}

/// Asks what the script of a page reports, as [`Beacon`]; nothing for a page that is not counted.
pub fn beacon(cx: &Cx, route: &str) -> Stmt {
    event::sql::beacon(&cx.tenant, route)
}

/// The keyed hash that visitors are told apart by. Without the secret nobody is, and events are still counted.
pub fn visitor(cx: &Cx, correlation: &str) -> Option<String> {
    cx.keyed_hash(VISITOR, correlation).ok()
}

/// A fresh event id.
fn fresh(cx: &Cx) -> String {
    format!("analytics-event-{}", cx.uuid())
}
