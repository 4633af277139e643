//! A program and its parts, as the document shows them.

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::kit::json;
use crate::record;

/// A row that belongs to a program.
#[derive(Debug, Deserialize)]
pub struct Of<T> {
    /// The program.
    #[serde(rename = "programId")]
    pub program_id: String,
    /// The row.
    #[serde(rename = "*")]
    pub row: T,
}

/// The rows of one program.
pub fn of<T: Clone>(rows: &[Of<T>], program: &str) -> Vec<T> {
    rows.iter().filter(|row| row.program_id == program).map(|row| row.row.clone()).collect()
}

/// The names of the live figures of a report.
fn live_figures() -> Vec<String> {
    let names = [
        "totalClicks",
        "attributedCheckouts",
        "reviewOnlyLedgers",
        "reviewedActions",
        "heldActions",
        "reversedActions",
    ];
    names.map(str::to_owned).to_vec()
}

record! {
    /// A program by itself.
    pub struct ProgramRow {
        /// The program.
        id: String,
        /// Its address.
        slug: String,
        /// Its title.
        title: String,
        /// In a sentence.
        summary: String,
        /// `draft`, `active` or `paused`.
        status: String,
        /// Changes with every edit.
        revision_id: String,
        /// The funnel that partners recommend.
        linked_funnel_route: Option<String>,
        /// The offer that is sold there.
        linked_offer_route: Option<String>,
        /// Where its figures are shown.
        linked_analytics_route: Option<String>,
    }

    /// Whose click counts, and for how long.
    pub struct AttributionRule {
        /// The rule.
        id: String,
        /// `first_click`, `last_click` or `manual_review`.
        model: String,
        /// Its title.
        title: String,
        /// How many days a click counts.
        window_days: i64,
        /// The lowest number goes first.
        priority: i64,
        /// The links, or the worked examples, that it is about.
        #[serde(deserialize_with = "crate::db::texts")]
        applies_to: Vec<String>,
        /// What it cannot do.
        caveat: String,
    }

    /// What a sale earns.
    pub struct CommissionRule {
        /// The rule.
        id: String,
        /// `percentage`, `fixed` or `holdback`.
        kind: String,
        /// Its title.
        title: String,
        /// The offers it pays for.
        #[serde(deserialize_with = "crate::db::texts")]
        applies_to_offer_ids: Vec<String>,
        /// The share, in hundredths of a percent.
        #[serde(skip_serializing_if = "Option::is_none")]
        rate_bps: Option<i64>,
        /// The amount, in minor units.
        #[serde(skip_serializing_if = "Option::is_none")]
        amount_cents: Option<i64>,
        /// How long it waits for refunds, in days.
        hold_days: i64,
        /// The currency.
        currency: String,
        /// What it is a share of.
        caveat: String,
    }

    /// A partner in public.
    pub struct Partner {
        /// The partner.
        id: String,
        /// Their name.
        display_name: String,
        /// `approved`, `review` or `suspended`.
        status: String,
        /// Who they are, in a sentence.
        public_profile: String,
        /// The programs they may recommend in.
        #[serde(deserialize_with = "crate::db::texts")]
        approved_program_ids: Vec<String>,
        /// Their links.
        #[serde(deserialize_with = "crate::db::texts")]
        referral_link_ids: Vec<String>,
    }

    /// A partner's link.
    pub struct ReferralLink {
        /// The link.
        id: String,
        /// Its code.
        code: String,
        /// `draft`, `review`, `active` or `paused`.
        status: String,
        /// Whose it is.
        partner_id: String,
        /// What it recommends.
        destination_route: String,
        /// The rule that chooses the click.
        attribution_rule_id: String,
        /// The offers it earns on.
        #[serde(deserialize_with = "crate::db::texts")]
        linked_offer_ids: Vec<String>,
        /// How it is named in figures.
        utm_source: String,
    }

    /// Figures of the worked examples.
    pub struct FixtureMetrics {
        /// Worked examples.
        fixture_ledger_count: i64,
        /// Of those, waiting for a person.
        fixture_review_required_count: i64,
        /// Of those, taken back.
        fixture_reversed_count: i64,
        /// What they earn.
        fixture_commission_cents: i64,
        /// The currency.
        currency: String,
        /// The live figures beside them.
        #[serde(default = "live_figures")]
        runtime_aggregate_fields: Vec<String>,
    }

    /// Whether a partner could be paid.
    pub struct PayoutReadiness {
        /// `review_required` or `not_payable`.
        status: String,
        /// What stands in the way.
        caveats: Vec<String>,
    }

    /// A report about a partner.
    pub struct PartnerReport {
        /// The report.
        #[serde(default)]
        id: String,
        /// The partner.
        partner_id: String,
        /// Its title.
        title: String,
        /// `public_safe_report_ready`.
        status: String,
        /// The links it counts.
        referral_link_ids: Vec<String>,
        /// Figures of the worked examples.
        fixture_metrics: FixtureMetrics,
        /// Whether the partner could be paid.
        payout_readiness: PayoutReadiness,
        /// What it does not say.
        caveat: String,
    }

    /// A worked example of a commission.
    pub struct LedgerExample {
        /// The example.
        #[serde(default)]
        id: String,
        /// `approved_pending_payout`, `review_required` or `reversed`.
        status: String,
        /// The link.
        referral_link_id: String,
        /// The rule.
        commission_rule_id: String,
        /// The event.
        source_event_id: String,
        /// The checkout.
        linked_checkout_intent_id: String,
        /// What was paid.
        gross_sale_cents: i64,
        /// What it earns.
        commission_cents: i64,
        /// The currency.
        currency: String,
        /// Why.
        reason: String,
    }

    /// One thing to check before a payout.
    pub struct ReadinessCheck {
        /// The check.
        id: String,
        /// Its title.
        title: String,
        /// `passed`, `blocked` or `external_required`.
        status: String,
        /// What was seen.
        evidence: String,
    }

    /// A preview of a payout.
    pub struct PayoutBatch {
        /// The batch.
        #[serde(default)]
        id: String,
        /// Its preparation.
        preparation_id: String,
        /// `review_required`.
        status: String,
        /// Every worked example in it.
        ledger_ids: Vec<String>,
        /// Of those, fit to be paid.
        eligible_ledger_ids: Vec<String>,
        /// Of those, held.
        blocked_ledger_ids: Vec<String>,
        /// Of those, taken back.
        reversed_ledger_ids: Vec<String>,
        /// The reports of its partners.
        partner_report_ids: Vec<String>,
        /// What it comes to.
        total_commission_cents: i64,
        /// The currency.
        currency: String,
        /// What a person has to look at.
        review_before_payout: Vec<String>,
        /// What has to be checked.
        readiness_checklist: Vec<ReadinessCheck>,
        /// What it does not say.
        caveat: String,
    }

    /// Something that a person should look at.
    pub struct ReviewFlag {
        /// The flag.
        #[serde(default)]
        id: String,
        /// `low`, `medium` or `high`.
        severity: String,
        /// Its title.
        title: String,
        /// The worked examples it is about.
        linked_ledger_ids: Vec<String>,
        /// Why it was raised.
        reason: String,
        /// What to do.
        required_action: String,
    }

    /// Something that happened in the program.
    pub struct AuditEvent {
        /// The event.
        #[serde(default)]
        id: String,
        /// Who.
        actor: String,
        /// What.
        action: String,
        /// To what.
        target_id: String,
        /// In a sentence.
        evidence: String,
        /// What is left out.
        redaction: String,
    }
}

/// A document of a program as it is stored.
#[derive(Clone, Debug, Deserialize)]
pub struct Stored {
    /// What it is.
    pub kind: String,
    /// Its id.
    pub id: String,
    /// The rest of it.
    #[serde(rename = "body_json")]
    pub body: String,
}

impl Stored {
    /// The documents of a kind, with their ids.
    ///
    /// # Errors
    /// When one of them does not have the form of its kind.
    pub fn all<T: DeserializeOwned>(
        stored: &[Self],
        kind: &str,
        name: impl Fn(&mut T, String),
    ) -> Result<Vec<T>, serde_json::Error> {
        let of_kind = stored.iter().filter(|one| one.kind == kind);
        let read = of_kind.map(|one| {
            let mut document: T = json::read(&one.body)?;
            name(&mut document, one.id.clone());
            Ok(document)
        });
        read.collect()
    }
}

/// What a program publishes.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Published {
    /// Reports about partners.
    pub reports: Vec<PartnerReport>,
    /// Worked examples of commissions.
    pub examples: Vec<LedgerExample>,
    /// Previews of payouts.
    pub batches: Vec<PayoutBatch>,
    /// Things to look at.
    pub flags: Vec<ReviewFlag>,
    /// Things that happened.
    pub events: Vec<AuditEvent>,
}

impl Published {
    /// Reads what is stored.
    ///
    /// # Errors
    /// When a document does not have the form of its kind.
    pub fn of(stored: &[Stored]) -> Result<Self, serde_json::Error> {
        Ok(Self {
            reports: Stored::all(stored, "partner_report", |one: &mut PartnerReport, id| one.id = id)?,
            examples: Stored::all(stored, "ledger_example", |one: &mut LedgerExample, id| one.id = id)?,
            batches: Stored::all(stored, "payout_batch", |one: &mut PayoutBatch, id| one.id = id)?,
            flags: Stored::all(stored, "review_flag", |one: &mut ReviewFlag, id| one.id = id)?,
            events: Stored::all(stored, "audit_event", |one: &mut AuditEvent, id| one.id = id)?,
        })
    }

    /// What several programs publish, as one.
    pub fn joined(all: &[Self]) -> Self {
        Self {
            reports: all.iter().flat_map(|one| one.reports.clone()).collect(),
            examples: all.iter().flat_map(|one| one.examples.clone()).collect(),
            batches: all.iter().flat_map(|one| one.batches.clone()).collect(),
            flags: all.iter().flat_map(|one| one.flags.clone()).collect(),
            events: all.iter().flat_map(|one| one.events.clone()).collect(),
        }
    }
}
