//! What the live figures come to for each partner, and for each payout preview.

use super::model::{FixtureMetrics, LedgerExample, PartnerReport, PayoutBatch, PayoutReadiness, ReadinessCheck};
use super::totals::{LedgerTotal, Totals, AVAILABLE};
use crate::affiliate::flags as own;
use crate::contract::document::Checked;
use crate::contract::redaction::{self as common, Flag, Flagged};
use crate::wire;

wire! {
    /// Where and over what a report counts.
    pub struct ReportingWindow {
        /// The window.
        id: &'static str,
        /// In words.
        label: &'static str,
        /// What it reads.
        source: &'static str,
    }

    /// What a partner's links came to.
    pub struct ReportTotals {
        /// Clicks.
        total_clicks: i64,
        /// Checkouts that came by a click.
        attributed_checkouts: i64,
        /// Commissions, whatever became of them.
        review_only_ledgers: i64,
        /// Of those, waiting for the refund window or for the owner.
        review_required_ledgers: i64,
        /// Times that the owner marked one as reviewed.
        reviewed_actions: i64,
        /// Times that the owner held one.
        held_actions: i64,
        /// Times that the owner reversed one.
        reversed_actions: i64,
        /// What the commissions that stand come to.
        total_commission_cents: i64,
        /// The currency.
        currency: String,
    }

    /// A partner's report.
    pub struct Report {
        /// The report.
        affiliate_partner_report_id: String,
        /// The partner.
        affiliate_partner_id: String,
        /// Its title.
        title: String,
        /// `public_safe_report_ready`.
        status: String,
        /// The contract's issue.
        issue: u32,
        /// Over what it counts.
        reporting_window: ReportingWindow,
        /// The links it counts.
        referral_link_ids: Vec<String>,
        /// The live figures.
        totals: ReportTotals,
        /// Figures of the worked examples.
        fixture_metrics: FixtureMetrics,
        /// Whether the partner could be paid.
        payout_readiness: PayoutReadiness,
        /// The last thing that happened, in unix seconds.
        last_activity_at: Option<i64>,
        /// What it does not say.
        caveat: String,
    }

    /// The reports.
    pub struct Reports {
        /// `available`.
        status: &'static str,
        /// One per partner.
        reports: Vec<Checked<Report>>,
    }

    /// What a payout preview comes to.
    pub struct BatchTotals {
        /// Worked examples fit to be paid.
        eligible_fixture_ledgers: usize,
        /// Worked examples that are held.
        blocked_fixture_ledgers: usize,
        /// Worked examples that were taken back.
        reversed_fixture_ledgers: usize,
        /// Commissions that stand.
        runtime_review_only_ledgers: i64,
        /// Of those, reviewed by the owner.
        runtime_reviewed_ledgers: i64,
        /// Of those, waiting for the refund window or for the owner.
        runtime_review_required_ledgers: i64,
        /// Commissions that were taken back.
        runtime_reversed_ledgers: i64,
        /// Times that the owner marked one as reviewed.
        reviewed_actions: i64,
        /// Times that the owner held one.
        held_actions: i64,
        /// Times that the owner reversed one.
        reversed_actions: i64,
        /// What the worked examples come to.
        fixture_total_commission_cents: i64,
        /// What the commissions that stand come to.
        runtime_total_commission_cents: i64,
        /// The currency.
        currency: String,
    }

    /// What was done about a payout: nothing.
    pub struct Execution {}

    /// A payout preview.
    pub struct BatchSummary {
        /// The preparation.
        payout_preparation_id: String,
        /// The batch.
        payout_batch_id: String,
        /// `review_required`.
        status: String,
        /// The contract's issue.
        issue: u32,
        /// The reports of its partners.
        partner_report_ids: Vec<String>,
        /// Worked examples fit to be paid.
        eligible_ledger_ids: Vec<String>,
        /// Worked examples that are held.
        blocked_ledger_ids: Vec<String>,
        /// Worked examples that were taken back.
        reversed_ledger_ids: Vec<String>,
        /// What has to be checked.
        readiness_checklist: Vec<ReadinessCheck>,
        /// What a person has to look at.
        review_before_payout: Vec<String>,
        /// Where its figures come from.
        source_routes: &'static [&'static str],
        /// The figures.
        totals: BatchTotals,
        /// What was done about it.
        execution: Flagged<Execution>,
        /// The last thing that happened, in unix seconds.
        last_activity_at: Option<i64>,
        /// What it does not say.
        caveat: String,
    }

    /// The payout previews.
    pub struct Batches {
        /// `available`.
        status: &'static str,
        /// One per preview.
        batches: Vec<Checked<BatchSummary>>,
    }
}

/// Where the figures of reports and previews come from.
pub const SOURCE_ROUTES: &[&str] = &[
    crate::affiliate::contract::DOCUMENT,
    crate::affiliate::contract::CLICKS,
    crate::affiliate::contract::CHECKOUT,
    crate::affiliate::contract::LEDGER_ROUTE,
    crate::affiliate::contract::ACTION_ROUTE,
];

/// Over what every report counts.
pub const WINDOW: ReportingWindow = ReportingWindow {
    id: "affiliate-report-window-public-safe-all-time",
    label: "Since the program began",
    source: "clicks, checkouts, commissions and decisions, counted when this is read",
};

const REPORTS_FLAGS: &[Flag] = &[
    own::RAW_ROWS,
    common::PRIVATE_DATA,
    own::BUYER_DATA,
    own::RAW_CLICK_ROWS,
    own::RAW_CHECKOUT_ROWS,
    own::RAW_ACTOR,
    own::PRIVATE_REASONS,
    own::PAYOUT_ROWS,
    own::TAX_ROWS,
    own::STRIPE_IDS,
];
const BATCHES_FLAGS: &[Flag] = &[
    own::RAW_ROWS,
    common::PRIVATE_DATA,
    own::BUYER_DATA,
    own::RAW_LEDGER_ROWS,
    own::RAW_ACTOR,
    own::PRIVATE_REASONS,
    own::PAYOUT_ROWS,
    own::PAYOUT_ACCOUNTS,
    own::TAX_ROWS,
    own::STRIPE_IDS,
    own::NOTIFICATIONS,
];
const EXECUTION_FLAGS: &[Flag] = &[
    common::PAYABLE_COMMISSION,
    own::STRIPE_PAYOUT,
    own::STRIPE_TRANSFER,
    own::PAYOUT_ACCOUNT_STORED,
    own::TAX_COLLECTED,
    common::PARTNER_NOTIFICATION,
    own::AGENT_WRITE,
];
/// What a report does not hold.
pub const REPORT_FLAGS: &[Flag] = &[
    common::PRIVATE_DATA,
    own::BUYER_DATA,
    own::RAW_CLICK_ROWS,
    own::RAW_CHECKOUT_ROWS,
    own::RAW_ACTOR,
    own::PAYOUT_ROWS,
    own::TAX_ROWS,
    own::STRIPE_IDS,
];
/// What a payout preview does not hold.
pub const BATCH_FLAGS: &[Flag] = &[
    common::PRIVATE_DATA,
    own::BUYER_DATA,
    own::RAW_LEDGER_ROWS,
    own::RAW_ACTOR,
    own::PAYOUT_ACCOUNTS,
    own::TAX_ROWS,
    own::STRIPE_IDS,
    own::NOTIFICATIONS,
];

impl Totals {
    /// What each partner's links came to.
    pub fn reports(&self, reports: &[PartnerReport]) -> Flagged<Reports> {
        let reports = reports.iter().map(|report| Checked { section: self.report(report), flags: REPORT_FLAGS });
        Flagged::new(Reports { status: AVAILABLE, reports: reports.collect() }, REPORTS_FLAGS)
    }

    /// What each payout preview comes to.
    pub fn batches(&self, batches: &[PayoutBatch], examples: &[LedgerExample]) -> Flagged<Batches> {
        let of = |batch| Checked { section: self.batch(batch, examples), flags: BATCH_FLAGS };
        Flagged::new(Batches { status: AVAILABLE, batches: batches.iter().map(of).collect() }, BATCHES_FLAGS)
    }

    fn report(&self, report: &PartnerReport) -> Report {
        let own = self.within(&report.referral_link_ids, Some(&report.partner_id));
        Report {
            affiliate_partner_report_id: report.id.clone(),
            affiliate_partner_id: report.partner_id.clone(),
            title: report.title.clone(),
            status: report.status.clone(),
            issue: super::document::REPORT_ISSUE,
            reporting_window: WINDOW,
            referral_link_ids: report.referral_link_ids.clone(),
            totals: ReportTotals {
                total_clicks: own.clicked(),
                attributed_checkouts: own.attached(),
                review_only_ledgers: own.ledgers_where(|_| true),
                review_required_ledgers: own.ledgers_where(waits),
                reviewed_actions: own.decided("mark_reviewed"),
                held_actions: own.decided("hold_for_review"),
                reversed_actions: own.decided("reverse_evidence"),
                total_commission_cents: own.earned(),
                currency: report.fixture_metrics.currency.clone(),
            },
            fixture_metrics: report.fixture_metrics.clone(),
            payout_readiness: report.payout_readiness.clone(),
            last_activity_at: own.last_activity(),
            caveat: report.caveat.clone(),
        }
    }

    fn batch(&self, batch: &PayoutBatch, examples: &[LedgerExample]) -> BatchSummary {
        let in_batch = examples.iter().filter(|example| batch.ledger_ids.contains(&example.id));
        let links: Vec<String> = in_batch.map(|example| example.referral_link_id.clone()).collect();
        let own = self.within(&links, None);
        BatchSummary {
            payout_preparation_id: batch.preparation_id.clone(),
            payout_batch_id: batch.id.clone(),
            status: batch.status.clone(),
            issue: super::document::PAYOUT_ISSUE,
            partner_report_ids: batch.partner_report_ids.clone(),
            eligible_ledger_ids: batch.eligible_ledger_ids.clone(),
            blocked_ledger_ids: batch.blocked_ledger_ids.clone(),
            reversed_ledger_ids: batch.reversed_ledger_ids.clone(),
            readiness_checklist: batch.readiness_checklist.clone(),
            review_before_payout: batch.review_before_payout.clone(),
            source_routes: SOURCE_ROUTES,
            totals: BatchTotals {
                eligible_fixture_ledgers: batch.eligible_ledger_ids.len(),
                blocked_fixture_ledgers: batch.blocked_ledger_ids.len(),
                reversed_fixture_ledgers: batch.reversed_ledger_ids.len(),
                runtime_review_only_ledgers: own.ledgers_where(|row| row.ledger_status == "review_only"),
                runtime_reviewed_ledgers: own.ledgers_where(|row| row.review_status == "owner_reviewed"),
                runtime_review_required_ledgers: own.ledgers_where(waits),
                runtime_reversed_ledgers: own.ledgers_where(|row| row.ledger_status == "reversed"),
                reviewed_actions: own.decided("mark_reviewed"),
                held_actions: own.decided("hold_for_review"),
                reversed_actions: own.decided("reverse_evidence"),
                fixture_total_commission_cents: batch.total_commission_cents,
                runtime_total_commission_cents: own.earned(),
                currency: batch.currency.clone(),
            },
            execution: Flagged::new(Execution {}, EXECUTION_FLAGS),
            last_activity_at: own.last_activity(),
            caveat: batch.caveat.clone(),
        }
    }
}

/// True for commissions that wait for the refund window or for the owner.
fn waits(row: &LedgerTotal) -> bool {
    matches!(row.review_status.as_str(), "refund_window_open" | "owner_hold")
}
