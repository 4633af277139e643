//! The platform's own plans: what they are, signing up for one, and who has one.
//!
//! Sells nothing but plans, believes no page, and never opens a plan: `subscription` does, from signed events.

pub mod model;
pub mod page;
pub mod serve;
pub mod sql;
pub mod wire;

pub use sql::HeldPlan;
pub use wire::{PricingContract, SelfServePricing};

use crate::config::StripeMode;
use crate::cx::Cx;
use crate::db::{At, Batch, DbError, Rows, Stmt};
use crate::http::route::{About, Media};
use crate::http::{Route, Shape, Verb};
use crate::kit::id::TenantId;
use crate::kit::time::Moment;
use crate::{open, schema};

/// Where a sign-up starts.
pub const CHECKOUT: &str = "/api/billing/checkout";
/// The page of the plans.
pub const PRICING: &str = "/pricing";
/// The page after payment.
pub const SUCCESS: &str = "/pricing/success";

/// The plan of whoever a session belongs to, as [`HeldPlan`]; no row without one. Only a verified address counts. A
/// session is named by the digest of its token, so that one batch finds the person and the plan.
pub fn plan_of(tenant: &TenantId, token_digest: &str, now: Moment) -> Stmt {
    sql::plan_of(tenant, token_digest, now)
}

/// Ties every plan of a session's verified address that nobody has claimed to the account. Belongs behind the statement
/// that begins the session, in its batch.
pub fn claim_plan(tenant: &TenantId, token_digest: &str, now: Moment) -> Stmt {
    sql::claim_plan(tenant, token_digest, now)
}

/// Where a batch answers what the plans are.
#[derive(Clone, Copy, Debug)]
pub struct PricingAt {
    plans: At,
    addon: At,
}

/// Adds what [`pricing`] needs to a batch.
pub fn ask_pricing(batch: &mut Batch, tenant: &TenantId) -> PricingAt {
    PricingAt { plans: batch.add(sql::plans(tenant)), addon: batch.add(sql::addon(tenant)) }
}

/// The plans as `/commerce/source-data` holds them.
///
/// # Errors
/// When a row does not decode.
pub fn pricing(cx: &Cx, rows: &Rows, at: PricingAt) -> Result<wire::SelfServePricing, DbError> {
    let plans: Vec<sql::PlanRow> = rows.all(at.plans)?;
    let addon: Option<sql::AddonRow> = rows.first(at.addon)?;
    let contract = wire::PricingContract {
        id: "bumpgrade-self-serve-pricing-v1",
        status: "live",
        issue: 316,
        updated_at: "2026-05-22",
        checkout_route: CHECKOUT,
        success_route: SUCCESS,
        stripe_mode: cx.config.plan_mode.unwrap_or(StripeMode::Live).as_str(),
        public_plans: plans.iter().map(Into::into).collect(),
        setup_addon: addon.as_ref().map(Into::into),
        provisioning:
            "A plan opens, renews and closes by Stripe's signed events. It belongs to the verified address of its buyer.",
        webhook_caveat:
            "Without the webhook's signing secret of the plans' mode no event is believed, so no plan opens.",
    };
    Ok(wire::SelfServePricing {
        contract,
        plans: plans.iter().map(Into::into).collect(),
        setup_addon: addon.as_ref().map(Into::into),
    })
}

/// The routes of this feature.
pub static ROUTES: &[Route] = &[
    Route {
        verb: Verb::Get,
        path: CHECKOUT,
        gate: open!(serve::contract),
        shape: Shape::Code,
        about: About {
            id: "getPlans",
            summary: "The plans, what they cost, and the setup that can be added.",
            query: &[],
            takes: None,
            answers: &[(200, Media::Json(schema!(crate::contract::redaction::Redacted<wire::PlansContract>)))],
            refusals: &[],
        },
    },
    Route {
        verb: Verb::Post,
        path: CHECKOUT,
        gate: open!(serve::sign_up),
        shape: Shape::Code,
        about: About {
            id: "signUpForPlan",
            summary: "Opens a payment page for a plan, or previews the cost when something is missing.",
            query: &[],
            takes: Some(schema!(wire::SignUpBody)),
            answers: &[
                (200, Media::Json(schema!(crate::contract::redaction::Redacted<wire::SignedUpAnswer>))),
                (303, Media::Redirect),
            ],
            refusals: model::SIGN_UP_REFUSALS,
        },
    },
    Route {
        verb: Verb::Get,
        path: PRICING,
        gate: open!(serve::pricing_page),
        shape: Shape::Page,
        about: About {
            id: "pricingPage",
            summary: "The plans side by side, and the way to pay.",
            query: &[("checkout", "`cancelled` or `preview`: what happened before.")],
            takes: None,
            answers: &[(200, Media::Html)],
            refusals: &[],
        },
    },
    Route {
        verb: Verb::Get,
        path: SUCCESS,
        gate: open!(serve::success),
        shape: Shape::Page,
        about: About {
            id: "pricingSuccessPage",
            summary: "Where a publisher lands after paying for a plan; only reads.",
            query: &[
                ("checkout_intent_id", "The checkout that was paid."),
                ("session_id", "The session that was paid; must belong to the checkout when both are named."),
                ("check", "How often the page has looked."),
            ],
            takes: None,
            answers: &[(200, Media::Html)],
            refusals: &[],
        },
    },
];
