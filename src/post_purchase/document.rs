//! The part of the public commerce document that is about post-purchase decisions.

use serde::{Deserialize, Serialize};
use serde_json::{json, Value};

use super::model;

/// An offer that the shop makes after a purchase.
#[derive(Deserialize)]
pub struct OfferedRow {
    /// `upsell` or `downsell`.
    pub kind: String,
    /// The offer.
    pub id: String,
}

/// How often one thing was decided.
#[derive(Deserialize, Serialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema), schemars(rename = "DecisionCount"))]
pub struct DecisionCount {
    /// The offers that it was made from.
    pub offer_stack_id: String,
    /// The offer that was shown.
    pub presented_offer_id: String,
    /// What was decided.
    pub decision_kind: String,
    /// How often.
    pub total_decisions: i64,
    /// When last, in unix seconds.
    pub last_created_at: i64,
}

/// The contract of decisions, for a shop that makes these offers.
pub fn contract(offers: &[OfferedRow]) -> Value {
    let first = |kind: &str| offers.iter().find(|offer| offer.kind == kind).map(|offer| offer.id.as_str());
    let allowed: Vec<Value> = model::DECISIONS
        .iter()
        .map(|(decision, kind)| {
            json!({ "decisionKind": decision, "presentedOfferId": first(kind), "billingMutationCreated": false })
        })
        .collect();
    json!({
        "id": "post-purchase-decision-contract",
        "status": "non-billing-decision-ready",
        "issue": model::ISSUE,
        "parentIssue": 15,
        "relatedIssues": [34, 81, 99, 101, 111, 113, 115],
        "apiRoute": model::API_ROUTE,
        "routePrefix": model::PAGE_PREFIX,
        "confirmationText": model::PHRASE,
        "eligibleCheckoutStatuses": model::ELIGIBLE_STATUSES,
        "allowedDecisions": allowed,
        "publicSafeFields": [
            "decisionId", "checkoutIntentId", "offerStackId", "presentedOfferId", "decisionKind", "checkoutStatus",
            "checkoutUpdatedAt", "aggregateDecisionCounts",
        ],
        "serverPrivateFields": [
            "idempotency_key", "audit_correlation_id", "ids that Stripe made", "the buyer's address",
            "how the buyer paid", "private notes of the checkout",
        ],
        "writeBoundary": "A decision is kept as the buyer's wish. It charges nothing, opens nothing, and pays nobody.",
    })
}
