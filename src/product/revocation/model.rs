//! Names, refusals, and what an intent looks like.

use serde::Deserialize;

use super::sql;
use crate::contract::document::Checked;
use crate::contract::redaction::{self, Flag};
use crate::cx::Cx;
use crate::db::{truth, At, Batch, Rows};
use crate::http::{Refusal, Result};
use crate::kit::time::Iso;
use crate::product::sections::WriteConfirmation;
use crate::product::{OWNER_PAGE, PARENT_ISSUE, SOURCE_DATA};
use crate::{record, wire};

/// The address of the write.
pub const PATH: &str = "/api/admin/products/revocation-intents";
/// The contract's id.
pub const CONTRACT_ID: &str = "product-entitlement-revocation-intent-contract";
/// The contract's status, which is also the status of a first time.
pub const READY: &str = "owner-product-revocation-intents-ready";
/// The contract's issue of the write.
pub const ISSUE: u32 = 251;
/// What an owner types.
pub const PHRASE: &str = "Record product access removal intent";
/// The field that says how the entitlement stood when the owner looked.
pub const STATUS_FIELD: &str = "expectedEntitlementStatus";
/// The reasons that can be named.
pub const REASONS: &[&str] = &["manual_review", "refund_or_chargeback", "customer_request", "test_cleanup"];

/// The flags of every answer about intents.
pub const FLAGS: &[Flag] = &[
    redaction::PRIVATE_BUYER_DATA,
    redaction::RAW_BUYER_EMAIL,
    redaction::ACTOR_EMAIL,
    redaction::ACTOR_EMAIL_HASH,
    redaction::RAW_STRIPE_IDS,
    redaction::TARGET_ENTITLEMENTS,
    redaction::PRIVATE_REASON,
    redaction::ENTITLEMENT_MUTATION,
    redaction::DESTRUCTIVE_ACTION,
];

/// No such entitlement.
pub const ENTITLEMENT_NOT_FOUND: Refusal =
    Refusal::new(404, "entitlement_not_found", "This shop has no such entitlement.");
/// The entitlement changed since.
pub const STALE_ENTITLEMENT: Refusal =
    Refusal::new(409, "stale_entitlement_state", "The entitlement changed meanwhile. Look at it again first.");

record! {
    /// An intent, without whom it is about.
    pub struct RevocationIntent {
        /// The intent.
        id: String,
        /// The product.
        product_id: String,
        /// Its title.
        product_title: String,
        /// The template.
        entitlement_template_id: String,
        /// Its title.
        entitlement_template_title: String,
        /// The rule.
        access_rule_id: String,
        /// Its title.
        access_rule_title: String,
        /// `revocation_intent_ready` or `revocation_intent_recorded`.
        status: String,
        /// Always a dry run.
        intent_kind: String,
        /// Why.
        reason_code: Option<String>,
        /// True when an owner confirmed it.
        #[serde(deserialize_with = "truth")]
        owner_confirmed: bool,
        /// True when a reason was given in confidence.
        #[serde(deserialize_with = "truth")]
        private_reason_recorded: bool,
        /// How an intent is made.
        revocation_policy: String,
        /// What must still be true.
        stale_state_policy: String,
        /// How it can be followed.
        audit_correlation_policy: String,
        /// Always false.
        #[serde(deserialize_with = "truth")]
        destructive_action_enabled: bool,
        /// Always false.
        #[serde(deserialize_with = "truth")]
        entitlement_mutation_enabled: bool,
        /// True when this answer names the entitlement.
        #[serde(deserialize_with = "truth")]
        target_entitlement_included: bool,
        /// Always false.
        #[serde(deserialize_with = "truth")]
        actor_identity_included: bool,
        /// When it was made.
        created_at: Iso,
        /// When it last changed.
        updated_at: Iso,
    }

    /// Totals of intents.
    pub struct RevocationCounts {
        /// All.
        revocation_intents: i64,
        /// Dry runs.
        dry_run_intents: i64,
        /// Those that an owner confirmed.
        owner_confirmed_intents: i64,
        /// Always 0.
        destructive_actions_enabled: i64,
        /// Always 0.
        entitlement_mutations_enabled: i64,
    }
}

wire! {
    /// An intent as its owner sees it.
    pub struct TargetedIntent {
        /// The intent.
        #[serde(flatten)]
        intent: RevocationIntent,
        /// The entitlement.
        target_entitlement_id: Option<String>,
        /// How it stood.
        target_entitlement_status: Option<String>,
    }
}

/// The row of [`TargetedIntent`].
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct TargetedRow {
    #[serde(rename = "*")]
    intent: RevocationIntent,
    target_entitlement_id: Option<String>,
    target_entitlement_status: Option<String>,
}

impl From<TargetedRow> for TargetedIntent {
    fn from(row: TargetedRow) -> Self {
        let TargetedRow { intent, target_entitlement_id, target_entitlement_status } = row;
        Self { intent, target_entitlement_id, target_entitlement_status }
    }
}

wire! {
    /// Intents to end access.
    pub struct RevocationIntents {
        /// The contract's id.
        id: &'static str,
        /// The contract's status.
        status: &'static str,
        /// The contract's issue.
        issue: u32,
        /// Its parent.
        parent_issue: u32,
        /// The owner's page.
        owner_route: &'static str,
        /// This document.
        public_source_data_route: &'static str,
        /// Where.
        api_route: &'static str,
        /// The contract's issue of the write.
        write_issue: u32,
        /// Always `d1`.
        source: &'static str,
        /// Always null.
        load_error: Option<&'static str>,
        /// What must be typed.
        confirmation: WriteConfirmation,
        /// A key is needed.
        idempotency_required: bool,
        /// What must still be true.
        stale_state_check: StatusCheck,
        /// The reasons that can be named.
        reason_codes: &'static [&'static str],
        /// Totals.
        counts: RevocationCounts,
        /// Intents without whom they are about.
        records: Vec<RevocationIntent>,
        /// What is never in this document.
        private_fields_excluded: &'static [&'static str],
        /// What can and cannot be written.
        write_boundary: &'static str,
    }

    /// What an intent must say about the entitlement.
    pub struct StatusCheck {
        /// Always true.
        required: bool,
        /// The field.
        field: &'static str,
    }
}

/// Where in a batch the rows of the summary stand.
pub struct Places {
    counts: At,
    records: At,
}

/// Reads the summary for everybody: intents that name no entitlement, and totals of the others.
pub fn read_public(cx: &Cx, batch: &mut Batch) -> Places {
    Places { counts: batch.add(sql::counts(&cx.tenant)), records: batch.add(sql::records(&cx.tenant, false)) }
}

/// Reads the summary for an owner: the newest intents, confirmed ones among them.
pub fn read_all(cx: &Cx, batch: &mut Batch) -> Places {
    Places { counts: batch.add(sql::counts(&cx.tenant)), records: batch.add(sql::records(&cx.tenant, true)) }
}

/// The summary.
///
/// # Errors
/// A fault when a row does not decode.
pub fn summary(rows: &Rows, at: &Places) -> Result<Checked<RevocationIntents>> {
    let section = RevocationIntents {
        id: CONTRACT_ID,
        status: READY,
        issue: 179,
        parent_issue: PARENT_ISSUE,
        owner_route: OWNER_PAGE,
        public_source_data_route: SOURCE_DATA,
        api_route: PATH,
        write_issue: ISSUE,
        source: "d1",
        load_error: None,
        confirmation: WriteConfirmation { required: true, text: PHRASE },
        idempotency_required: true,
        stale_state_check: StatusCheck { required: true, field: STATUS_FIELD },
        reason_codes: REASONS,
        counts: rows.one(at.counts)?,
        records: rows.all(at.records)?,
        private_fields_excluded: PRIVATE_FIELDS,
        write_boundary: "An owner who types the confirming words can note that access should end, and why. The note \
            changes no access, moves no money and tells nobody.",
    };
    Ok(Checked { section, flags: FLAGS })
}

const PRIVATE_FIELDS: &[&str] = &[
    "buyerEmail",
    "buyerEmailHash",
    "actorEmail",
    "actorEmailHash",
    "targetEntitlementId",
    "stripeCheckoutSessionId",
    "stripePaymentIntentId",
    "stripeSubscriptionId",
    "metadataJson",
    "privateReason",
    "privateReasonNote",
];
