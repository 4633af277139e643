//! From an offer to a payment page: the checkout intent, its frozen lines, and the Stripe session.
//!
//! Never decides an amount from what the caller sent, and never believes that anything was paid: `payment` does.

pub mod model;
pub mod page;
pub mod serve;
pub mod session;
pub mod sql;
pub mod wire;

pub use model::{IntentRow, LineRow};

use crate::db::Stmt;
use crate::http::route::{About, Media};
use crate::http::{Route, Shape, Verb};
use crate::kit::id::{CheckoutIntentId, TenantId};
use crate::{open, schema};

/// The statement that finds the intent of an idempotency key, as [`IntentRow`].
pub fn intent_by_key(tenant: &TenantId, key: &str) -> Stmt {
    sql::intent_by_key(tenant, key)
}

/// The statement that finds the frozen lines of the intent of an idempotency key, as [`LineRow`]s.
pub fn lines_by_key(tenant: &TenantId, key: &str) -> Stmt {
    sql::lines_by_key(tenant, key)
}

/// Our own way to the payment page of an open checkout.
pub fn redirect_path(intent: &CheckoutIntentId) -> String {
    format!("/api/commerce/checkout/redirect/{}", intent.as_str())
}

/// The routes of this feature.
pub static ROUTES: &[Route] = &[
    Route {
        verb: Verb::Get,
        path: "/api/commerce/checkout",
        gate: open!(serve::contract),
        shape: Shape::Code,
        about: About {
            id: "getCheckoutContract",
            summary: "What can be bought, the order bumps beside it, and the text that a start must repeat.",
            query: &[],
            takes: None,
            answers: &[(200, Media::Json(schema!(crate::contract::redaction::Redacted<wire::Contract>)))],
            refusals: &[&model::OFFER_NOT_FOUND],
        },
    },
    Route {
        verb: Verb::Post,
        path: "/api/commerce/checkout",
        gate: open!(serve::start),
        shape: Shape::Code,
        about: About {
            id: "startCheckout",
            summary: "Opens a payment page for an offer, or previews the order when something is missing.",
            query: &[],
            takes: Some(schema!(wire::StartBody)),
            answers: &[
                (200, Media::Json(schema!(crate::contract::redaction::Redacted<wire::Started>))),
                (303, Media::Redirect),
            ],
            refusals: model::START_REFUSALS,
        },
    },
    Route {
        verb: Verb::Get,
        path: "/api/commerce/checkout/redirect/{intent}",
        gate: open!(serve::redirect),
        shape: Shape::Code,
        about: About {
            id: "redirectToPayment",
            summary: "Sends the buyer to the payment page of an open checkout.",
            query: &[],
            takes: None,
            answers: &[(303, Media::Redirect)],
            refusals: &[&model::REDIRECT_NOT_AVAILABLE, &model::URL_NOT_AVAILABLE],
        },
    },
    Route {
        verb: Verb::Get,
        path: "/commerce/checkout/success",
        gate: open!(serve::success),
        shape: Shape::Page,
        about: About {
            id: "checkoutSuccessPage",
            summary: "Where the buyer lands after paying; waits for the signed confirmation.",
            query: &[
                ("checkout_intent_id", "The checkout that was paid."),
                ("check", "How often the page has looked."),
            ],
            takes: None,
            answers: &[(200, Media::Html)],
            refusals: &[],
        },
    },
    Route {
        verb: Verb::Get,
        path: "/commerce/checkout/cancel",
        gate: open!(serve::cancel),
        shape: Shape::Page,
        about: About {
            id: "checkoutCancelPage",
            summary: "Where the buyer lands after leaving the payment page.",
            query: &[("offer", "The offer to go back to.")],
            takes: None,
            answers: &[(200, Media::Html)],
            refusals: &[],
        },
    },
];
