//! `/affiliates/source-data`: the partner program, its rules and its figures, for programs to read.
//!
//! One read batch. No buyer, no single click, no address of a partner is in it.

use super::fixed::{self, ReadContract, ReviewActions, CAVEAT, STABLE_IDS, VALIDATION, WRITE_BOUNDARY};
use super::model::{
    of, AttributionRule, AuditEvent, CommissionRule, LedgerExample, Of, Partner, PartnerReport, PayoutBatch,
    ProgramRow, Published, ReferralLink, ReviewFlag, Stored,
};
use super::report::{Batches, ReportingWindow, Reports, BATCH_FLAGS, REPORT_FLAGS, SOURCE_ROUTES, WINDOW};
use super::sql;
use super::totals::{ActionCounts, AttributionCounts, ClickCounts, LedgerCounts, Totals};
use crate::affiliate::contract::{
    AttributionContract, ClickContract, LedgerContract, ACTION_ROUTE, CHECKOUT, CLICKS, DOCUMENT, LEDGER_ROUTE,
};
use crate::affiliate::evidence;
use crate::contract::document::{Checked, Fixed};
use crate::contract::redaction::Flagged;
use crate::cx::Cx;
use crate::db::Batch;
use crate::evidence::{For, Summary};
use crate::http::{Error, Result};
use crate::wire;

/// The issue that everything about partners belongs to.
pub const PARENT_ISSUE: u32 = 19;
/// The issue of partner reports.
pub const REPORT_ISSUE: u32 = 193;
/// The issue of payout previews, and of the program.
pub const PAYOUT_ISSUE: u32 = 195;

wire! {
    /// `GET /affiliates/source-data`.
    pub struct Document {
        /// The contract's id.
        id: &'static str,
        /// When the contract last changed.
        updated_at: &'static str,
        /// The contract's status.
        status: &'static str,
        /// The contract's issue.
        issue: u32,
        /// Its parent.
        parent_issue: u32,
        /// The module that writes this.
        generated_from: &'static str,
        /// Where the things in this document are found.
        routes: Vec<String>,
        /// The names of the ids that stay what they are.
        stable_ids: &'static [&'static str],
        /// How a click is written down.
        click_writes: &'static Fixed<&'static ClickContract>,
        /// How a click is attached to a checkout.
        checkout_attribution: &'static Fixed<&'static AttributionContract>,
        /// How a commission is written down.
        commission_ledger_writes: &'static Fixed<&'static LedgerContract>,
        /// How an owner decides about a commission.
        commission_review_actions: &'static Fixed<ReviewActions>,
        /// What a partner report shows.
        partner_report_contract: &'static Fixed<ReadContract>,
        /// What a payout preview shows.
        payout_preparation_contract: &'static Fixed<ReadContract>,
        /// How a note about a payout preview is recorded.
        payout_preparation_record_writes: &'static Fixed<Summary>,
        /// How a note about a review flag is recorded.
        fraud_review_record_writes: &'static Fixed<Summary>,
        /// How a note about a message to a partner is recorded.
        partner_notification_readiness_record_writes: &'static Fixed<Summary>,
        /// How a note about what was seen before a message is recorded.
        partner_notification_send_preflight_record_writes: &'static Fixed<Summary>,
        /// How a note about the mail provider is recorded.
        partner_notification_provider_readiness_record_writes: &'static Fixed<Summary>,
        /// What can and cannot be written.
        write_boundary: &'static str,
        /// The programs.
        programs: Vec<Program>,
        /// What this document does not promise.
        caveat: &'static str,
        /// Clicks, counted.
        click_summary: Flagged<ClickCounts>,
        /// Checkouts that came by a link, counted.
        checkout_attribution_summary: Flagged<AttributionCounts>,
        /// Commissions, counted.
        commission_ledger_summary: Flagged<LedgerCounts>,
        /// Decisions about commissions, counted.
        partner_review_action_summary: Flagged<ActionCounts>,
        /// What each partner's links came to.
        partner_report_summary: Flagged<Reports>,
        /// What each payout preview comes to.
        payout_preparation_summary: Flagged<Batches>,
        /// Notes about payout previews.
        payout_preparation_records: Summary,
        /// Notes about review flags.
        fraud_review_records: Summary,
        /// Notes about messages to partners.
        partner_notification_readiness_records: Summary,
        /// Notes about what was seen before a message.
        partner_notification_send_preflight_records: Summary,
        /// Notes about the mail provider.
        partner_notification_provider_readiness_records: Summary,
    }

    /// A program.
    pub struct Program {
        /// The program by itself.
        #[serde(flatten)]
        program: ProgramRow,
        /// The contract's issue.
        issue: u32,
        /// Its parent.
        parent_issue: u32,
        /// This document.
        source_data_route: &'static str,
        /// The page for people.
        preview_route: String,
        /// Whose click counts.
        attribution_rules: Vec<AttributionRule>,
        /// What a sale earns.
        commission_rules: Vec<CommissionRule>,
        /// Who recommends.
        partners: Vec<PublicPartner>,
        /// By which links.
        referral_links: Vec<PublicLink>,
        /// Reports about partners.
        partner_reports: Vec<Checked<PublicReport>>,
        /// Worked examples of commissions.
        commission_ledger: Vec<LedgerExample>,
        /// Previews of payouts.
        payout_batches: Vec<Checked<PublicBatch>>,
        /// Things that a person should look at.
        review_flags: Vec<ReviewFlag>,
        /// Things that happened.
        audit_events: Vec<AuditEvent>,
        /// How to see that all of this holds.
        validation: &'static [&'static str],
    }

    /// A partner in public.
    pub struct PublicPartner {
        /// The partner.
        #[serde(flatten)]
        partner: Partner,
        /// The columns that are read hold nothing private.
        private_data_excluded: bool,
    }

    /// A partner's link with its address.
    pub struct PublicLink {
        /// The link.
        #[serde(flatten)]
        link: ReferralLink,
        /// What is shared.
        public_url_pattern: String,
    }

    /// A report about a partner.
    pub struct PublicReport {
        /// The report.
        #[serde(flatten)]
        report: PartnerReport,
        /// The contract's issue.
        issue: u32,
        /// Over what it counts.
        reporting_window: ReportingWindow,
        /// Where its figures come from.
        source_routes: &'static [&'static str],
    }

    /// A preview of a payout.
    pub struct PublicBatch {
        /// The preview.
        #[serde(flatten)]
        batch: PayoutBatch,
        /// The contract's issue.
        issue: u32,
        /// Where its figures come from.
        source_routes: &'static [&'static str],
    }
}

/// Reads the document; `origin` is where links to this shop begin.
///
/// # Errors
/// A fault when the database does not answer.
pub async fn read(cx: &Cx, origin: &str) -> Result<Document> {
    let mut batch = Batch::new();
    let at = [sql::programs, sql::attribution_rules, sql::commission_rules, sql::partners, sql::links, sql::documents]
        .map(|ask| batch.add(ask(&cx.tenant)));
    let places = Totals::ask(cx, &mut batch);
    let kept = crate::evidence::ask(cx, &evidence::ALL, &mut batch);
    let standing = batch.add(evidence::sql::standing(&cx.tenant, &serde_json::json!({}), cx.now()));
    let rows = cx.commit(batch).await?;
    let totals = Totals::read(&rows, &places)?;
    let [programs, attribution, commission, partners, links, documents] = at;
    let programs: Vec<ProgramRow> = rows.all(programs)?;
    let parts = Parts {
        attribution: rows.all(attribution)?,
        commission: rows.all(commission)?,
        partners: rows.all(partners)?,
        links: rows.all(links)?,
    };
    let documents: Vec<Of<Stored>> = rows.all(documents)?;
    let published: Vec<Published> = programs
        .iter()
        .map(|program| Published::of(&of(&documents, &program.id)))
        .collect::<std::result::Result<_, _>>()?;
    let routes = routes(&programs);
    let all = Published::joined(&published);
    let sight = kept.read(&rows)?;
    let mut kinds = Vec::new();
    for kind in evidence::ALL {
        let more = (kind.family.more)(kind, &rows, &[standing, at[5]], For::Everybody)?;
        kinds.push(kind.summary(&sight, more, For::Everybody)?);
    }
    let mut kinds = kinds.into_iter();
    let mut next = || kinds.next().ok_or_else(|| Error::internal("a kind of evidence is missing"));
    Ok(Document {
        id: "bumpgrade-affiliate-referrals-source-data",
        updated_at: "2026-05-21",
        status: "owner-partner-notification-provider-readiness-records-ready",
        issue: 281,
        parent_issue: PARENT_ISSUE,
        generated_from: "src/affiliate/program/document.rs",
        routes,
        stable_ids: STABLE_IDS,
        click_writes: &fixed::CLICK,
        checkout_attribution: &fixed::ATTRIBUTION,
        commission_ledger_writes: &fixed::LEDGER,
        commission_review_actions: &fixed::REVIEW,
        partner_report_contract: &fixed::REPORT,
        payout_preparation_contract: &fixed::PREPARATION,
        payout_preparation_record_writes: &fixed::PAYOUT,
        fraud_review_record_writes: &fixed::FRAUD,
        partner_notification_readiness_record_writes: &fixed::READINESS,
        partner_notification_send_preflight_record_writes: &fixed::PREFLIGHT,
        partner_notification_provider_readiness_record_writes: &fixed::PROVIDER,
        write_boundary: WRITE_BOUNDARY,
        programs: programs.into_iter().zip(published).map(|(row, it)| parts.program(row, it, origin)).collect(),
        caveat: CAVEAT,
        click_summary: totals.click_summary(),
        checkout_attribution_summary: totals.attribution_summary(),
        commission_ledger_summary: totals.ledger_summary(),
        partner_review_action_summary: totals.action_summary(),
        partner_report_summary: totals.reports(&all.reports),
        payout_preparation_summary: totals.batches(&all.batches, &all.examples),
        payout_preparation_records: next()?,
        fraud_review_records: next()?,
        partner_notification_readiness_records: next()?,
        partner_notification_send_preflight_records: next()?,
        partner_notification_provider_readiness_records: next()?,
    })
}

fn page(program: &ProgramRow) -> String {
    format!("/affiliates/{}", program.slug)
}

fn routes(programs: &[ProgramRow]) -> Vec<String> {
    let fixed = [DOCUMENT, CLICKS, CHECKOUT, LEDGER_ROUTE, ACTION_ROUTE].into_iter();
    let notes = evidence::ALL.iter().map(|kind| kind.write.path);
    let routes = fixed.chain(notes).chain(["/admin/affiliates"]).map(str::to_owned);
    routes.chain(programs.iter().map(page)).collect()
}

/// The rows of every program.
struct Parts {
    attribution: Vec<Of<AttributionRule>>,
    commission: Vec<Of<CommissionRule>>,
    partners: Vec<Of<Partner>>,
    links: Vec<Of<ReferralLink>>,
}

impl Parts {
    fn program(&self, row: ProgramRow, it: Published, origin: &str) -> Program {
        let report = |report| PublicReport {
            report,
            issue: REPORT_ISSUE,
            reporting_window: WINDOW,
            source_routes: SOURCE_ROUTES,
        };
        let batch = |batch| PublicBatch { batch, issue: PAYOUT_ISSUE, source_routes: SOURCE_ROUTES };
        let public = |partner| PublicPartner { partner, private_data_excluded: true };
        let shared = |link: ReferralLink| PublicLink { public_url_pattern: format!("{origin}/r/{}", link.code), link };
        Program {
            issue: PAYOUT_ISSUE,
            parent_issue: PARENT_ISSUE,
            source_data_route: DOCUMENT,
            preview_route: page(&row),
            attribution_rules: of(&self.attribution, &row.id),
            commission_rules: of(&self.commission, &row.id),
            partners: of(&self.partners, &row.id).into_iter().map(public).collect(),
            referral_links: of(&self.links, &row.id).into_iter().map(shared).collect(),
            program: row,
            partner_reports: it
                .reports
                .into_iter()
                .map(|one| Checked { section: report(one), flags: REPORT_FLAGS })
                .collect(),
            commission_ledger: it.examples,
            payout_batches: it
                .batches
                .into_iter()
                .map(|one| Checked { section: batch(one), flags: BATCH_FLAGS })
                .collect(),
            review_flags: it.flags,
            audit_events: it.events,
            validation: VALIDATION,
        }
    }
}
