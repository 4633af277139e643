//! What the documents say about the decision after a payment: how it is recorded, and how often it was.

use super::model::{
    ACCEPT_DOWNSELL, ACCEPT_UPSELL, API_ROUTE, DECLINE_DOWNSELL, DECLINE_UPSELL, ELIGIBLE_STATUSES, ISSUE, PAGE_PREFIX,
    PHRASE,
};
use crate::{record, wire};

wire! {
    /// How a decision is recorded.
    pub struct Contract {
        /// The contract's id.
        id: &'static str,
        /// The contract's status.
        status: &'static str,
        /// The contract's issue.
        issue: u32,
        /// Its parent.
        parent_issue: u32,
        /// Issues that it builds on.
        related_issues: &'static [u32],
        /// Where.
        api_route: &'static str,
        /// The pages that ask.
        route_prefix: &'static str,
        /// The exact text to repeat.
        confirmation_text: &'static str,
        /// The checkouts that may decide.
        eligible_checkout_statuses: &'static [&'static str],
        /// What can be decided about which offer.
        allowed_decisions: Vec<Decision>,
        /// What may be shown.
        public_safe_fields: &'static [&'static str],
        /// What stays on the server.
        server_private_fields: &'static [&'static str],
        /// What can and cannot be written.
        write_boundary: &'static str,
    }

    /// One possible decision.
    pub struct Decision {
        /// Its name.
        decision_kind: &'static str,
        /// The offer it is about.
        presented_offer_id: String,
        /// Always false: a decision charges nothing.
        billing_mutation_created: bool,
    }

    /// Decisions, counted.
    pub struct Summary {
        /// `available`.
        status: &'static str,
        /// Totals per offer and decision.
        aggregate_counts: Vec<Count>,
        /// Always false.
        raw_rows_included: bool,
        /// Always false.
        private_data_included: bool,
        /// Always false.
        billing_mutations_included: bool,
        /// Always false.
        fulfillment_rows_included: bool,
        /// Always false.
        entitlement_rows_included: bool,
    }
}

record! {
    as "snake_case";
    /// How often an offer was decided upon in one way.
    pub struct Count {
        /// The stack.
        offer_stack_id: String,
        /// The offer.
        presented_offer_id: String,
        /// The decision.
        decision_kind: String,
        /// How often.
        total_decisions: i64,
        /// When last, in unix seconds.
        last_created_at: i64,
    }
}

const PUBLIC: &[&str] = &[
    "decisionId",
    "checkoutIntentId",
    "offerStackId",
    "presentedOfferId",
    "decisionKind",
    "checkoutStatus",
    "checkoutUpdatedAt",
    "aggregateDecisionCounts",
];

const PRIVATE: &[&str] = &[
    "idempotency_key",
    "audit_correlation_id",
    "ids that Stripe made",
    "the buyer's address",
    "how the buyer paid",
    "notes kept with the checkout",
];

/// The contract for the offers that are shown after payment, by their ids.
pub fn contract<'a>(upsells: impl Iterator<Item = &'a str>, downsells: impl Iterator<Item = &'a str>) -> Contract {
    let about = |offer: &str, kinds: [&'static str; 2]| {
        let presented = offer.to_owned();
        kinds.map(|decision_kind| Decision {
            decision_kind,
            presented_offer_id: presented.clone(),
            billing_mutation_created: false,
        })
    };
    let upsells = upsells.flat_map(|offer| about(offer, [ACCEPT_UPSELL, DECLINE_UPSELL]));
    let downsells = downsells.flat_map(|offer| about(offer, [ACCEPT_DOWNSELL, DECLINE_DOWNSELL]));
    Contract {
        id: "post-purchase-decision-contract",
        status: "non-billing-decision-ready",
        issue: ISSUE,
        parent_issue: 15,
        related_issues: &[34, 81, 99, 101, 111, 113, 115],
        api_route: API_ROUTE,
        route_prefix: PAGE_PREFIX,
        confirmation_text: PHRASE,
        eligible_checkout_statuses: ELIGIBLE_STATUSES,
        allowed_decisions: upsells.chain(downsells).collect(),
        public_safe_fields: PUBLIC,
        server_private_fields: PRIVATE,
        write_boundary: "A buyer whose payment is confirmed can say yes or no to what is offered next. The answer is \
            noted and nothing else happens: no charge, no access, no subscription, no commission.",
    }
}

/// The summary of some totals.
pub fn summary(aggregate_counts: Vec<Count>) -> Summary {
    Summary {
        status: "available",
        aggregate_counts,
        raw_rows_included: false,
        private_data_included: false,
        billing_mutations_included: false,
        fulfillment_rows_included: false,
        entitlement_rows_included: false,
    }
}
