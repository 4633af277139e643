//! What signed events do: money arrives, access is granted, all in one batch per event.
//!
//! The same path takes events that Stripe delivers and events that the sweep fetches. Nothing else marks a checkout as
//! paid, and nothing else grants access for money.

pub mod model;
pub mod serve;
pub mod sql;
pub mod sweep;

use crate::http::gate;
use crate::http::route::{About, Media};
use crate::http::{Gate, Route, Shape, Verb};
use crate::schema;

/// The routes of this feature.
pub static ROUTES: &[Route] = &[Route {
    verb: Verb::Post,
    path: "/api/stripe/webhook",
    gate: Gate::SignedWebhook(|cx, event| Box::pin(serve::webhook(cx, event))),
    shape: Shape::Code,
    about: About {
        id: "receiveStripeEvent",
        summary: "Takes a signed Stripe event; the event and everything it causes are kept together or not at all.",
        query: &[],
        takes: None,
        answers: &[(200, Media::Json(schema!(crate::contract::redaction::Redacted<serve::Received>)))],
        refusals: &[
            &gate::NOT_CONFIGURED,
            &gate::SIGNATURE_MISSING,
            &gate::SIGNATURE_FAILED,
            &serve::EVENT_MALFORMED,
            &serve::LIVEMODE_MISMATCH,
        ],
    },
}];
