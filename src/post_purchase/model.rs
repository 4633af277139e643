//! Refusals, flags and the contract of post-purchase decisions.

use serde::Deserialize;

use crate::contract::redaction::{self, Flag};
use crate::db::truth;
use crate::http::Refusal;
use crate::kit::json;
use crate::kit::money::{Currency, Money};
use crate::kit::time::Moment;
use crate::wire;

/// The contract's issue number.
pub const ISSUE: u32 = 117;
/// Where decisions are sent.
pub const API_ROUTE: &str = "/api/commerce/post-purchase-decisions";
/// Where the page of a purchase begins.
pub const PAGE_PREFIX: &str = "/commerce/post-purchase";
/// What confirms a decision.
pub const PHRASE: &str = "Record non-billing post-purchase decision for Bumpgrade checkout";

/// The statuses of a checkout that was paid.
pub const ELIGIBLE_STATUSES: &[&str] = &["paid", "completed"];

/// The buyer wants to hear more about the first offer.
pub const ACCEPT_UPSELL: &str = "accept_upsell_follow_up";
/// The buyer does not.
pub const DECLINE_UPSELL: &str = "decline_upsell";
/// The buyer wants to hear more about the smaller offer.
pub const ACCEPT_DOWNSELL: &str = "accept_downsell_follow_up";
/// The buyer does not.
pub const DECLINE_DOWNSELL: &str = "decline_downsell";
/// What can be decided.
pub const DECISION_WORDS: &[&str] = &[ACCEPT_UPSELL, DECLINE_UPSELL, ACCEPT_DOWNSELL, DECLINE_DOWNSELL];

/// What a decision never does.
pub const FLAGS: &[Flag] = &[
    redaction::STRIPE_CHARGE,
    redaction::PAYMENT_INTENT,
    redaction::FULFILLMENT,
    redaction::ENTITLEMENT,
    redaction::PAYABLE_COMMISSION,
    redaction::PAYOUT,
    redaction::PRIVATE_DATA,
    redaction::RAW_STRIPE_IDS,
];

/// No checkout was named.
pub const INTENT_REQUIRED: Refusal =
    Refusal::new(400, "checkout_intent_required", "Name the checkout that the decision is about.");
/// No decision was named.
pub const DECISION_REQUIRED: Refusal = Refusal::new(400, "post_purchase_decision_required", "Say what was decided.");
/// No key.
pub const KEY_REQUIRED: Refusal =
    Refusal::new(400, "idempotency_key_required", "Send an idempotency key in the body or the header.");
/// No expected state.
pub const EXPECTED_REQUIRED: Refusal = Refusal::new(
    400,
    "expected_checkout_updated_at_required",
    "Send the time at which the checkout was last seen to change.",
);
/// The phrase is not there.
pub const CONFIRMATION_REQUIRED: Refusal =
    Refusal::new(400, "post_purchase_confirmation_required", "The confirmation text does not match.");
/// Not a decision.
pub const UNSUPPORTED: Refusal =
    Refusal::new(400, "post_purchase_decision_unsupported", "That is not one of the decisions.");
/// No such checkout.
pub const INTENT_NOT_FOUND: Refusal = Refusal::new(400, "checkout_intent_not_found", "There is no such checkout.");
/// The checkout is not paid.
pub const NOT_ELIGIBLE: Refusal =
    Refusal::new(409, "post_purchase_checkout_not_eligible", "The offer stands once the purchase is paid.");
/// The key stands for another decision.
pub const KEY_CONFLICT: Refusal = Refusal::new(
    409,
    "post_purchase_decision_idempotency_conflict",
    "This idempotency key was used for another decision.",
);
/// The shop makes no such offer.
pub const NO_OFFER: Refusal =
    Refusal::new(409, "post_purchase_offer_not_available", "This shop makes no such offer for that purchase.");
/// The checkout changed since.
pub const STALE: Refusal =
    Refusal::new(409, "post_purchase_checkout_stale_state", "The purchase changed. Load the page again.");
/// The window is over.
pub const WINDOW_CLOSED: Refusal = Refusal::new(409, "post_purchase_window_closed", "The time for this offer is over.");
/// Decided before.
pub const ALREADY_DECIDED: Refusal =
    Refusal::new(409, "post_purchase_already_decided", "This offer was answered before.");

/// A checkout as the offer that follows it sees it.
#[derive(Deserialize)]
pub struct CheckoutRow {
    /// Its status.
    pub status: String,
    /// What it cost, in minor units.
    pub amount_cents: i64,
    /// In which currency.
    pub currency: Currency,
    /// When it last changed.
    pub updated_at: Moment,
    /// True when it is of the kind and status that can be followed by an offer.
    #[serde(deserialize_with = "truth")]
    pub eligible: bool,
    /// Until when the offer stands.
    pub open_until: Moment,
    /// The prices of its order bumps, as a JSON array.
    pub bumps_json: String,
}

wire! {
    /// A checkout as the decision routes show it.
    pub struct CheckoutState {
        /// The checkout.
        checkout_intent_id: String,
        /// Its status.
        status: String,
        /// What it cost, in minor units.
        amount_cents: i64,
        /// In which currency.
        currency: String,
        /// When it last changed, in unix seconds; a decision repeats it.
        updated_at: i64,
        /// True when a decision can be recorded.
        eligible: bool,
        /// The prices of its order bumps.
        selected_order_bump_price_ids: Vec<String>,
        /// Always false.
        private_data_included: bool,
        /// Always false.
        raw_stripe_ids_included: bool,
    }

    /// A decision that was recorded.
    pub struct Decision {
        /// The decision.
        decision_id: String,
        /// The checkout.
        checkout_intent_id: String,
        /// The offers that it was made from.
        offer_stack_id: String,
        /// The offer that was shown.
        presented_offer_id: String,
        /// What was decided.
        decision_kind: String,
        /// The checkout's status then.
        checkout_status: String,
        /// When the checkout had last changed, in unix seconds.
        checkout_updated_at: i64,
        /// Who decided.
        actor_kind: String,
        /// When, in unix seconds.
        created_at: i64,
    }
}

/// A row of a decision.
#[derive(Deserialize)]
pub struct DecisionRow {
    id: String,
    checkout_intent_id: String,
    offer_stack_id: String,
    presented_offer_id: String,
    decision_kind: String,
    checkout_status: String,
    checkout_updated_at: i64,
    actor_kind: String,
    created_at: i64,
}

impl From<DecisionRow> for Decision {
    fn from(row: DecisionRow) -> Self {
        Self {
            decision_id: row.id,
            checkout_intent_id: row.checkout_intent_id,
            offer_stack_id: row.offer_stack_id,
            presented_offer_id: row.presented_offer_id,
            decision_kind: row.decision_kind,
            checkout_status: row.checkout_status,
            checkout_updated_at: row.checkout_updated_at,
            actor_kind: row.actor_kind,
            created_at: row.created_at,
        }
    }
}

impl CheckoutRow {
    /// As the routes show it.
    ///
    /// # Errors
    /// When the stored list of bumps is not one.
    pub fn state(self, intent: &str) -> Result<CheckoutState, serde_json::Error> {
        Ok(CheckoutState {
            checkout_intent_id: intent.to_owned(),
            selected_order_bump_price_ids: json::read(&self.bumps_json)?,
            status: self.status,
            amount_cents: self.amount_cents,
            currency: self.currency.code().to_owned(),
            updated_at: self.updated_at.unix_seconds(),
            eligible: self.eligible,
            private_data_included: false,
            raw_stripe_ids_included: false,
        })
    }
}

/// An offer that the shop makes after a purchase.
#[derive(Deserialize)]
pub struct OfferedRow {
    /// `upsell` or `downsell`.
    pub kind: String,
    /// The offer.
    pub id: String,
}

/// An offer that follows a purchase.
#[derive(Deserialize)]
pub struct OfferRow {
    /// The offer.
    pub id: String,
    /// `upsell` or `downsell`.
    pub kind: String,
    /// Its title.
    pub title: String,
    /// What it promises.
    pub customer_promise: String,
    /// Its picture.
    pub image_path: Option<String>,
    /// What it costs, in minor units.
    pub unit_amount_cents: i64,
    /// In which currency.
    pub currency: Currency,
    /// What the buyer decided, if they did.
    pub decision_kind: Option<String>,
}

impl OfferRow {
    /// What it costs.
    pub fn money(&self) -> Option<Money> {
        Money::new(self.unit_amount_cents, self.currency)
    }
}
