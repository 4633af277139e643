//! The money tables as the public document lists them: which columns may be shown, and which stay on the server.

use crate::wire;

wire! {
    /// A table of the database.
    pub struct Table {
        /// Its name.
        table: &'static str,
        /// Always `live`.
        status: &'static str,
        /// The columns that may be shown.
        public_safe_fields: Vec<&'static str>,
        /// The columns, and kinds of content, that stay on the server.
        server_private_fields: Vec<&'static str>,
        /// What its rows are.
        purpose: &'static str,
    }
}

/// One table: its name, its public and its private columns separated by spaces, further private content, its purpose.
type Listed = (&'static str, &'static str, &'static str, &'static [&'static str], &'static str);

const BUYER: &str = "who the buyer is";
const STRIPE: &str = "ids that Stripe made";
const PAYOUT: &str = "payout accounts and tax papers";
const NOTES: &str = "private notes";

const TABLES: &[Listed] = &[
    (
        "commerce_products",
        "id slug name kind status description fulfillment_kind",
        "owner_user_id metadata_json",
        &[],
        "What is sold: downloads, memberships, services and what comes next.",
    ),
    (
        "commerce_prices",
        "id product_id nickname currency unit_amount_cents billing_interval active",
        "stripe_price_id metadata_json",
        &[],
        "What it costs, once or every month.",
    ),
    (
        "checkout_intents",
        "id checkout_kind status product_id price_id amount_cents currency stripe_mode",
        "idempotency_key owner_user_id buyer_user_id buyer_email stripe_checkout_session_id stripe_payment_intent_id \
         stripe_subscription_id success_url cancel_url audit_correlation_id agent_client_id metadata_json",
        &[],
        "A checkout, kept before Stripe is asked to open a payment page.",
    ),
    (
        "checkout_referral_attributions",
        "id checkout_intent_id referral_click_id referral_link_id referral_code partner_id destination_route \
         attribution_status",
        "checkout_product_id checkout_price_id audit_correlation_id metadata_json",
        &["single clicks", BUYER, STRIPE, PAYOUT],
        "Which partner's click a checkout came by.",
    ),
    (
        "checkout_post_purchase_decisions",
        "id checkout_intent_id offer_stack_id presented_offer_id decision_kind checkout_status checkout_updated_at \
         actor_kind created_at",
        "idempotency_key audit_correlation_id metadata_json",
        &[STRIPE, BUYER, "how the buyer paid", "notes kept with the checkout"],
        "What a buyer answered to the offer after the purchase.",
    ),
    (
        "affiliate_commission_ledger_entries",
        "id checkout_intent_id referral_attribution_id referral_click_id referral_link_id partner_id \
         source_checkout_amount_cents commission_cents ledger_status review_status payout_status",
        "idempotency_key audit_correlation_id metadata_json",
        &[BUYER, STRIPE, "payout accounts", "tax papers", NOTES],
        "What a partner's referral earned, for an owner to review. Nothing here is payable by itself.",
    ),
    (
        "affiliate_commission_ledger_actions",
        "id commission_ledger_id checkout_intent_id action_kind previous_ledger_status next_ledger_status \
         previous_review_status next_review_status next_payout_status created_at",
        "idempotency_key actor_user_id actor_email",
        &["private reason of an action", "metadata_json", BUYER, STRIPE, "payout accounts", "tax papers"],
        "What an owner decided about an entry of the ledger.",
    ),
    (
        "stripe_webhook_events",
        "event_type api_version livemode status processed_at",
        "id payload_redacted_json error",
        &[],
        "Every signed event of Stripe, once.",
    ),
    (
        "billing_subscriptions",
        "id product_id price_id status current_period_start current_period_end cancel_at_period_end",
        "owner_user_id buyer_user_id buyer_email stripe_customer_id stripe_subscription_id stripe_price_id metadata_json",
        &[],
        "How a subscription stands, after the newest event about it.",
    ),
    (
        "payment_audit_events",
        "id checkout_intent_id event_kind actor_kind summary created_at",
        "stripe_event_id actor_id metadata_json",
        &[],
        "Who did what, and when. Rows are added and never changed.",
    ),
    (
        "product_entitlements",
        "id checkout_intent_id product_id entitlement_template_id access_rule_id status grant_kind source_price_id \
         granted_at",
        "source_stripe_event_id source_commerce_product_id buyer_user_id buyer_email_hash metadata_json",
        &[],
        "What a paid checkout opened.",
    ),
    (
        "product_fulfillment_tasks",
        "id entitlement_id checkout_intent_id product_id status fulfillment_kind summary",
        "metadata_json",
        &[],
        "What is left to do after access was granted.",
    ),
    (
        "product_asset_uploads",
        "id product_id asset_id file_name content_type byte_count body_sha256 status",
        "idempotency_key actor_user_id actor_email_hash r2_object_key confirmation_text_sha256 metadata_json",
        &[],
        "Files that an owner stored privately.",
    ),
    (
        "product_entitlement_revocation_intents",
        "id product_id entitlement_template_id access_rule_id status intent_kind reason_code \
         destructive_action_enabled entitlement_mutation_enabled",
        "target_entitlement_id idempotency_key actor_user_id actor_email_hash confirmation_text_sha256 \
         private_reason_sha256 metadata_json",
        &[BUYER, STRIPE],
        "An owner's wish to take access back. Nothing is taken by the wish.",
    ),
    (
        "product_protected_content_sections",
        "id product_id asset_id entitlement_template_id status content_kind title public_summary delivery_enabled \
         protected_body_included",
        "metadata_json",
        &["the text itself", "keys of private files", "addresses that open a file", BUYER, "how far a reader got"],
        "Something to read behind a purchase: what may be said about it in public.",
    ),
];

/// The tables, in the order of the document.
pub fn tables() -> Vec<Table> {
    let listed = |(table, public, private, more, purpose): &Listed| Table {
        table,
        status: "live",
        public_safe_fields: public.split_whitespace().collect(),
        server_private_fields: private.split_whitespace().chain(more.iter().copied()).collect(),
        purpose,
    };
    TABLES.iter().map(listed).collect()
}
