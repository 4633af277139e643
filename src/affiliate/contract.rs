//! What the documents say about referrals and commissions: where each is written, what may be shown of it, and what not.

use crate::wire;

/// The status of both commission contracts.
pub const READY: &str = "owner-review-actions-ready";
/// The words that confirm a commission.
pub const LEDGER_PHRASE: &str = "Create review-only commission evidence for Bumpgrade sandbox checkout";
/// The words that confirm a decision about one.
pub const ACTION_PHRASE: &str = "Apply owner review action to Bumpgrade commission ledger evidence";

/// Where checkouts start.
pub const CHECKOUT: &str = "/api/commerce/checkout";
/// Where clicks are reported.
pub const CLICKS: &str = "/api/affiliates/clicks";
/// Where commissions are written down.
pub const LEDGER_ROUTE: &str = "/api/affiliates/commission-ledger";
/// Where an owner decides about them.
pub const ACTION_ROUTE: &str = "/api/admin/affiliates/commission-ledger/actions";
/// The document about money.
pub const COMMERCE_DOCUMENT: &str = "/commerce/source-data";
/// The document about partners.
pub const DOCUMENT: &str = "/affiliates/source-data";

wire! {
    /// How a click is attached to a checkout.
    pub struct AttributionContract {
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
        checkout_api_route: &'static str,
        /// The documents that count it.
        source_data_routes: &'static [&'static str],
        /// The tables behind it.
        tables: &'static [&'static str],
        /// What may be shown.
        public_safe_fields: &'static [&'static str],
        /// What stays on the server.
        server_private_fields: &'static [&'static str],
        /// What can and cannot be written.
        write_boundary: &'static str,
    }

    /// How a commission is written down.
    pub struct LedgerContract {
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
        /// The exact text to repeat.
        confirmation_text: &'static str,
        /// The documents that count it.
        source_data_routes: &'static [&'static str],
        /// The tables behind it.
        tables: &'static [&'static str],
        /// What may be shown.
        public_safe_fields: &'static [&'static str],
        /// What stays on the server.
        server_private_fields: &'static [&'static str],
        /// What can and cannot be written.
        write_boundary: &'static str,
    }

    /// How an owner decides about a commission.
    pub struct ReviewContract {
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
        /// Who may.
        auth: &'static str,
        /// The exact text to repeat.
        confirmation_text: &'static str,
        /// What can be decided.
        allowed_actions: &'static [AllowedAction],
        /// What makes a decision safe.
        write_safety: &'static [&'static str],
        /// What can and cannot be written.
        write_boundary: &'static str,
    }

    /// One possible decision and where it leads.
    pub struct AllowedAction {
        /// Its name.
        action_kind: &'static str,
        /// The commission's next status.
        next_ledger_status: &'static str,
        /// The review's next status.
        next_review_status: &'static str,
        /// Always `not_payable`.
        next_payout_status: &'static str,
    }

    /// How a click is written down.
    pub struct ClickContract {
        /// The contract's id.
        id: &'static str,
        /// The contract's status.
        status: &'static str,
        /// The contract's issue.
        issue: u32,
        /// Its parent.
        parent_issue: u32,
        /// Where.
        api_route: &'static str,
        /// The tables behind it.
        tables: &'static [&'static str],
        /// What may be shown.
        public_safe_fields: &'static [&'static str],
        /// What stays on the server.
        server_private_fields: &'static [&'static str],
        /// What can and cannot be written.
        write_boundary: &'static str,
    }
}

/// How a click is attached to a checkout.
pub static ATTRIBUTION: AttributionContract = AttributionContract {
    id: "checkout-referral-attribution-contract",
    status: "checkout-attribution-evidence-ready",
    issue: 111,
    parent_issue: 19,
    related_issues: &[15, 109],
    checkout_api_route: CHECKOUT,
    source_data_routes: &[COMMERCE_DOCUMENT, DOCUMENT],
    tables: &["checkout_referral_attributions"],
    public_safe_fields: &[
        "checkoutIntentId",
        "referralClickId",
        "referralLinkId",
        "referralCode",
        "partnerId",
        "destinationRoute",
        "attributionStatus",
    ],
    server_private_fields: &[
        "audit_correlation_id",
        "metadata_json",
        "single clicks",
        "cookies",
        "who the buyer is",
        "Stripe's own ids",
        "payout and tax details",
    ],
    write_boundary:
        "A checkout start can name one click on a partner's link. The click must be known, lead to what is \
        bought, be inside its window, and not be used up. Attaching it pays nobody.",
};

/// How a commission is written down.
pub static LEDGER: LedgerContract = LedgerContract {
    id: "affiliate-commission-ledger-contract",
    status: READY,
    issue: 115,
    parent_issue: 19,
    related_issues: &[15, 101, 109, 111, 113],
    api_route: LEDGER_ROUTE,
    confirmation_text: LEDGER_PHRASE,
    source_data_routes: &[DOCUMENT, COMMERCE_DOCUMENT],
    tables: &["affiliate_commission_ledger_entries", "affiliate_commission_ledger_actions"],
    public_safe_fields: &[
        "commissionLedgerId",
        "checkoutIntentId",
        "referralAttributionId",
        "referralClickId",
        "referralLinkId",
        "partnerId",
        "grossSaleCents",
        "commissionCents",
        "ledgerStatus",
        "reviewStatus",
        "payoutStatus",
        "reviewActionCounts",
    ],
    server_private_fields: &[
        "idempotency_key",
        "audit_correlation_id",
        "metadata_json",
        "actor_user_id",
        "actor_email",
        "private reasons",
        "who the buyer is",
        "Stripe's own ids",
        "payout accounts of partners",
        "tax forms",
        "private notes",
    ],
    write_boundary:
        "A commission is written down when the payment of an order that came by a partner link is confirmed, \
        or by this call for such an order. It is for review: nothing is paid, and a refund takes it back. An owner can \
        mark it as reviewed, hold it, or reverse it.",
};

/// How an owner decides about a commission.
pub static REVIEW: ReviewContract = ReviewContract {
    id: "affiliate-commission-review-actions-contract",
    status: READY,
    issue: 115,
    parent_issue: 19,
    related_issues: &[15, 111, 113],
    api_route: ACTION_ROUTE,
    auth: "An owner's session",
    confirmation_text: ACTION_PHRASE,
    allowed_actions: &[
        AllowedAction {
            action_kind: "mark_reviewed",
            next_ledger_status: "review_only",
            next_review_status: "owner_reviewed",
            next_payout_status: "not_payable",
        },
        AllowedAction {
            action_kind: "hold_for_review",
            next_ledger_status: "review_only",
            next_review_status: "owner_hold",
            next_payout_status: "not_payable",
        },
        AllowedAction {
            action_kind: "reverse_evidence",
            next_ledger_status: "reversed",
            next_review_status: "owner_reversed",
            next_payout_status: "not_payable",
        },
    ],
    write_safety: &[
        "an owner's session",
        "the exact confirmation text",
        "an idempotency key",
        "expectedUpdatedAt must be the commission's own",
        "one audit row per decision",
        "only public fields in the answer",
    ],
    write_boundary:
        "A decision changes the review of a commission that is not payable, and nothing else: no payout, no \
        tax record, no message to the partner. publicReason may be seen by the partner; privateReason, and reason as \
        older clients send it, is kept as a keyed hash only.",
};

/// How a click is written down.
pub static CLICK: ClickContract = ClickContract {
    id: "affiliate-referral-click-capture-contract",
    status: "click-capture-ready",
    issue: 109,
    parent_issue: 19,
    api_route: CLICKS,
    tables: &["affiliate_referral_clicks"],
    public_safe_fields: &[
        "referralClickId",
        "referralLinkId",
        "referralCode",
        "partnerId",
        "destinationRoute",
        "duplicate",
        "status",
    ],
    server_private_fields: &[
        "visitor_key_hash",
        "ip_hash",
        "user_agent_hash",
        "referrer_hash",
        "request_hash",
        "metadata_json",
        "addresses of visitors",
        "names of browsers",
        "pages that visitors came from",
        "cookies",
        "who the visitor is",
    ],
    write_boundary:
        "A click on a link of an approved partner is written down once per key. What a request tells about \
        the visitor is kept as hashes whose key changes with the calendar. A click pays nobody.",
};
