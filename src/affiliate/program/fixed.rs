//! The parts of the document that never change.

use super::document::{PARENT_ISSUE, PAYOUT_ISSUE, REPORT_ISSUE};
use super::report::SOURCE_ROUTES;
use crate::affiliate::contract::{self, AttributionContract, ClickContract, LedgerContract, ReviewContract};
use crate::affiliate::evidence::kinds;
use crate::contract::document::Fixed;
use crate::evidence::Summary;
use crate::wire;

wire! {
    /// How an owner decides about a commission.
    pub struct ReviewActions {
        /// The contract.
        contract: &'static ReviewContract,
    }

    /// Something that is only read.
    pub struct ReadContract {
        /// The contract's id.
        id: &'static str,
        /// The contract's status.
        status: &'static str,
        /// The contract's issue.
        issue: u32,
        /// Its parent.
        parent_issue: u32,
        /// Where its figures come from.
        source_routes: &'static [&'static str],
        /// What may be shown.
        public_safe_fields: &'static [&'static str],
        /// What stays on the server.
        server_private_fields: &'static [&'static str],
        /// What can and cannot be written.
        write_boundary: &'static str,
    }
}

/// How a click is written down.
pub static CLICK: Fixed<&'static ClickContract> = Fixed::new(|| &contract::CLICK);
/// How a click is attached to a checkout.
pub static ATTRIBUTION: Fixed<&'static AttributionContract> = Fixed::new(|| &contract::ATTRIBUTION);
/// How a commission is written down.
pub static LEDGER: Fixed<&'static LedgerContract> = Fixed::new(|| &contract::LEDGER);
/// How an owner decides about a commission.
pub static REVIEW: Fixed<ReviewActions> = Fixed::new(|| ReviewActions { contract: &contract::REVIEW });
/// How a note about a payout preview is recorded.
pub static PAYOUT: Fixed<Summary> = Fixed::new(|| kinds::PAYOUT.contract());
/// How a note about a review flag is recorded.
pub static FRAUD: Fixed<Summary> = Fixed::new(|| kinds::FRAUD.contract());
/// How a note about a message to a partner is recorded.
pub static READINESS: Fixed<Summary> = Fixed::new(|| kinds::READINESS.contract());
/// How a note about what was seen before a message is recorded.
pub static PREFLIGHT: Fixed<Summary> = Fixed::new(|| kinds::PREFLIGHT.contract());
/// How a note about the mail provider is recorded.
pub static PROVIDER: Fixed<Summary> = Fixed::new(|| kinds::PROVIDER.contract());

const NEVER_SHOWN: &[&str] = &[
    "who the buyer is",
    "single clicks",
    "single checkouts",
    "addresses of visitors",
    "who decided",
    "private reasons",
    "Stripe's own ids",
    "payout accounts",
    "tax details",
];

/// What a partner report shows.
pub static REPORT: Fixed<ReadContract> = Fixed::new(|| ReadContract {
    id: "affiliate-partner-report-contract",
    status: "partner-reports-ready",
    issue: REPORT_ISSUE,
    parent_issue: PARENT_ISSUE,
    source_routes: SOURCE_ROUTES,
    public_safe_fields: &[
        "affiliatePartnerReportId",
        "affiliatePartnerId",
        "referralLinkIds",
        "totalClicks",
        "attributedCheckouts",
        "reviewOnlyLedgers",
        "reviewedActions",
        "heldActions",
        "reversedActions",
        "totalCommissionCents",
        "payoutReadinessStatus",
        "redactionFlags",
    ],
    server_private_fields: NEVER_SHOWN,
    write_boundary: "A report counts. It changes nothing and pays nobody.",
});

/// What a payout preview shows.
pub static PREPARATION: Fixed<ReadContract> = Fixed::new(|| ReadContract {
    id: "affiliate-payout-preparation-contract",
    status: "payout-preparation-ready",
    issue: PAYOUT_ISSUE,
    parent_issue: PARENT_ISSUE,
    source_routes: SOURCE_ROUTES,
    public_safe_fields: &[
        "payoutPreparationId",
        "payoutBatchId",
        "partnerReportIds",
        "eligibleLedgerIds",
        "blockedLedgerIds",
        "reversedLedgerIds",
        "readinessChecklist",
        "aggregateLedgerCounts",
        "aggregateReviewActionCounts",
        "totalCommissionCents",
        "redactionFlags",
    ],
    server_private_fields: NEVER_SHOWN,
    write_boundary: "A preview adds up what could be paid one day. It changes nothing and pays nobody.",
});

/// The names of the ids that stay what they are.
pub const STABLE_IDS: &[&str] = &[
    "affiliateProgramId",
    "affiliatePartnerId",
    "referralLinkId",
    "affiliatePartnerReportId",
    "payoutPreparationId",
    "referralClickId",
    "checkoutIntentId",
    "attributionRuleId",
    "commissionRuleId",
    "commissionLedgerId",
    "reviewOnlyCommissionLedgerId",
    "commissionReviewActionId",
    "payoutBatchId",
    "payoutPreparationRecordId",
    "payoutPreparationRecordStatus",
    "fraudReviewRecordId",
    "fraudReviewRecordStatus",
    "partnerNotificationReadinessRecordId",
    "partnerNotificationReadinessRecordStatus",
    "partnerNotificationSendPreflightRecordId",
    "partnerNotificationSendPreflightRecordStatus",
    "partnerNotificationProviderReadinessRecordId",
    "partnerNotificationProviderReadinessRecordStatus",
    "reviewFlagId",
    "auditEventId",
    "agentActionId",
];

/// What can and cannot be written.
pub const WRITE_BOUNDARY: &str = "A click can be reported, a click can be attached to a checkout, a commission can be written \
    down for a paid order, and an owner can decide about it. Nothing in this program pays, collects tax details, writes to \
    a partner, or changes a rule.";

/// What the document does not promise.
pub const CAVEAT: &str =
    "Commissions are written down for review and are not payable. A refund takes a commission back. Figures \
    are counted when this is read.";

/// How to see that all of this holds.
pub const VALIDATION: &[&str] = &[
    "A click on a link of an approved partner is written down; a link under review takes none.",
    "A checkout start with a click answers with what may be public of it.",
    "A confirmed payment writes the commission down once, line by line.",
    "A refund or a lost dispute reverses it, in whatever order the events come; an open dispute holds it.",
    "A partner's own purchase is held for the owner.",
    "An owner's decision needs the exact text, a key, and the state that was looked at.",
    "No answer of this program holds an address, a single visitor, or an id of Stripe's.",
];
