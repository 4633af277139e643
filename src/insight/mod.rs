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
pub use event::page::{visitor_input, Beacon};
pub use report::serve::fold;

use crate::cx::Cx;
use crate::db::{Batch, Query, Stmt};
use crate::http::route::{About, Media};
use crate::http::{Fields, Result, Route, Shape, Verb};
use crate::kit::bounds::ANONYMOUS_ID_MAX_BYTES;
use crate::kit::id::{AuditId, CheckoutIntentId, StripeEventId};
use crate::kit::time::Moment;
use crate::{document_answers, open, schema};

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

/// Where a request says what its browser session calls itself.
const VISITOR_FIELD: &str = "anonymousId";

/// What the hash of a visitor is for.
const VISITOR: &str = "analytics-visitor";

/// An effect of a confirmed decision about the offer that follows a purchase: counts an acceptance.
pub static UPSELL_ACCEPTED: &Query = &sql::UPSELL_ACCEPTED;

/// Records the start of a checkout, once its payment page is open. The visitor is whom the order form names, as
/// [`visitor_of`] reads it, or else somebody whom only this checkout tells apart.
pub fn checkout_started(cx: &Cx, intent: &CheckoutIntentId, visitor: Option<String>) -> Stmt {
    let visitor = visitor.or_else(|| self::visitor(cx, intent.as_str()));
    sql::checkout_started(&fresh(cx), intent, visitor.as_deref())
}

/// Records what this delivery of an event brought: the purchase, if it moved the checkout, and the access that it gave.
pub fn delivered(
    cx: &Cx,
    event: &StripeEventId,
    delivery: &AuditId,
    now: Moment,
    intent: Option<&CheckoutIntentId>,
) -> Stmt {
    sql::delivered(&fresh(cx), event, delivery, now, intent)
}

/// Asks what the script of a page reports, as [`Beacon`]; nothing for a page that is not counted.
pub fn beacon(cx: &Cx, route: &str) -> Stmt {
    event::sql::beacon(&cx.tenant, route)
}

/// The keyed hash that visitors are told apart by. Without the secret nobody is, and events are still counted.
pub fn visitor(cx: &Cx, correlation: &str) -> Option<String> {
    visitor_hash(cx, correlation).ok()
}

/// The keyed hash of what a browser session calls itself: the one thing about a visitor that is kept.
///
/// # Errors
/// A fault when the secret is not set.
pub fn visitor_hash(cx: &Cx, anonymous_id: &str) -> Result<String> {
    Ok(cx.keyed_hash(VISITOR, anonymous_id)?)
}

/// The visitor whom a form names that holds a [`visitor_input`]. A name of the wrong form is nobody's.
pub fn visitor_of(cx: &Cx, fields: &Fields) -> Option<String> {
    let id = fields.bounded(VISITOR_FIELD, ANONYMOUS_ID_MAX_BYTES).ok().flatten()?;
    visitor(cx, &id)
}

/// Forgets single events, visits and assignments that are too old; their totals stay.
///
/// # Errors
/// A fault when the database does not answer; nothing is forgotten then.
pub async fn forget(cx: &Cx) -> Result<()> {
    let mut batch = Batch::new();
    for stmt in event::sql::forget(cx.now()) {
        batch.add(stmt);
    }
    cx.commit(batch).await?;
    Ok(())
}

/// A fresh event id.
fn fresh(cx: &Cx) -> String {
    format!("analytics-event-{}", cx.uuid())
}
