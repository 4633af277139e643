//! The parts of the document about money that never change while the Worker runs.

use crate::contract::document::Fixed;
use crate::wire;

wire! {
    /// A decision that the rest follows from.
    pub struct Decision {
        /// The decision.
        id: &'static str,
        /// In a few words.
        title: &'static str,
        /// Always `accepted`.
        status: &'static str,
        /// What was decided.
        summary: &'static str,
        /// Why.
        evidence: &'static [&'static str],
    }

    /// A secret by name; its value is nowhere.
    pub struct SecretName {
        /// The setting.
        name: &'static str,
        /// Where it is kept.
        storage: &'static str,
        /// Who may see it.
        visibility: &'static str,
    }

    /// Where a rule comes from.
    pub struct SourceReference {
        /// The reference.
        id: &'static str,
        /// Its title.
        title: &'static str,
        /// Where to read it.
        url: &'static str,
        /// When it was read.
        retrieved_at: &'static str,
        /// How sure we are of it.
        confidence: &'static str,
    }

    /// How publishers' offers are sold.
    pub struct SandboxFacts {
        /// The contract's issue.
        issue: u32,
        /// The issue of order bumps.
        order_bump_issue: u32,
        /// The issue of access.
        entitlement_grant_issue: u32,
        /// Where a checkout starts.
        checkout_endpoint: &'static str,
        /// Where Stripe reports.
        webhook_endpoint: &'static str,
        /// A start opens a payment page of Stripe.
        creates_stripe_checkout_session: bool,
        /// Listed order bumps can be added.
        supports_constrained_order_bump: bool,
        /// A signed payment event opens access.
        grants_sandbox_entitlements_from_paid_webhook: bool,
        /// A referral click can be named.
        supports_referral_attribution_evidence: bool,
        /// A decision after the purchase can be recorded.
        supports_post_purchase_decision_evidence: bool,
        /// The demo shop takes no real money.
        live_mode_enabled: bool,
    }
}

/// The decisions.
pub static DECISIONS: Fixed<Vec<Decision>> = Fixed::new(|| {
    let accepted = |id, title, summary, evidence| Decision { id, title, status: "accepted", summary, evidence };
    vec![
        accepted(
            "commerce-decision-checkout-sessions-first",
            "Payment pages by Stripe",
            "Every purchase is paid on a page that Stripe hosts. Card numbers never reach this Worker.",
            &[
                "A Checkout Session stands for one attempt to pay, once or by subscription.",
                "A hosted page keeps the shop out of the reach of card data rules.",
            ],
        ),
        accepted(
            "commerce-decision-billing-for-subscriptions",
            "Subscriptions live at Stripe",
            "Renewals, trials, changes and cancellations happen in Stripe Billing; the shop follows its signed events.",
            &[
                "A subscription has one owner of its truth, and that is the one who charges.",
                "Access follows the newest event about a subscription.",
            ],
        ),
        accepted(
            "commerce-decision-connect-v2-later",
            "Paying others comes later",
            "Money for other publishers or partners would go through connected accounts. None is set up yet.",
            &[
                "Connected accounts decide who is liable for what, so they are not a detail.",
                "Until that is decided nothing here can be paid out.",
            ],
        ),
        accepted(
            "commerce-decision-idempotent-webhooks",
            "An event acts once",
            "An event is kept by its id together with a hash of its body, in the same batch as everything it causes.",
            &[
                "Stripe delivers an event more than once, and sometimes out of order.",
                "Either an event and its effects are all there, or nothing is.",
            ],
        ),
        accepted(
            "commerce-decision-no-public-provider-ids",
            "Stripe's ids stay inside",
            "Public answers name our own ids. Ids of customers, sessions, payments and subscriptions are never in them.",
            &[
                "An id of a provider is a key to somebody else's system.",
                "Each answer says what it leaves out, and that is computed from the answer itself.",
            ],
        ),
    ]
});

/// What is not live.
pub const NOT_LIVE_YET: &[&str] = &[
    "The demo offers take test money only.",
    "Nothing can be paid out to publishers or partners.",
    "Real money needs a signing secret of a live webhook endpoint.",
];

/// The secrets by name.
pub static SECRET_NAMES: Fixed<Vec<SecretName>> = Fixed::new(|| {
    let kept = |name, visibility| SecretName { name, storage: "a secret of the Worker", visibility };
    const SERVER: &str = "server-only";
    const PUBLIC: &str = "may be public, and nothing here shows it";
    vec![
        kept("STRIPE_SECRET_KEY_SANDBOX", SERVER),
        kept("STRIPE_SECRET_KEY_LIVE", SERVER),
        kept("STRIPE_PUBLIC_KEY_SANDBOX", PUBLIC),
        kept("STRIPE_PUBLIC_KEY_LIVE", PUBLIC),
        kept("STRIPE_WEBHOOK_SECRET_SANDBOX", SERVER),
        kept("STRIPE_WEBHOOK_SECRET_LIVE", SERVER),
    ]
});

/// Where the rules come from.
pub static SOURCE_REFERENCES: Fixed<Vec<SourceReference>> = Fixed::new(|| {
    let read = |id, title, url, confidence| SourceReference { id, title, url, retrieved_at: "2026-05-22", confidence };
    vec![
        read(
            "stripe-docs-checkout-sessions",
            "Stripe: Checkout Sessions",
            "https://docs.stripe.com/api/checkout/sessions",
            "high",
        ),
        read(
            "stripe-docs-subscription-design",
            "Stripe: designing a subscription integration",
            "https://docs.stripe.com/billing/subscriptions/design-an-integration",
            "high",
        ),
        read("stripe-docs-accounts-v2", "Stripe: Accounts v2", "https://docs.stripe.com/connect/accounts-v2", "high"),
        read(
            "stripe-node-changelog-22-1-0",
            "Stripe for Node: changes",
            "https://github.com/stripe/stripe-node/blob/master/CHANGELOG.md",
            "medium",
        ),
    ]
});

/// How publishers' offers are sold.
pub static SANDBOX: Fixed<SandboxFacts> = Fixed::new(|| SandboxFacts {
    issue: 34,
    order_bump_issue: 99,
    entitlement_grant_issue: 101,
    checkout_endpoint: "/api/commerce/checkout",
    webhook_endpoint: "/api/stripe/webhook",
    creates_stripe_checkout_session: true,
    supports_constrained_order_bump: true,
    grants_sandbox_entitlements_from_paid_webhook: true,
    supports_referral_attribution_evidence: true,
    supports_post_purchase_decision_evidence: true,
    live_mode_enabled: false,
});

/// What a program may and may not do.
pub const AGENT_WRITE_RULES: &[&str] = &[
    "Anybody may read this document without a session.",
    "Nothing that moves, returns or stops money may be created or changed without the exact confirmation text.",
    "A write that touches billing needs a known actor, a named client, an idempotency key, an audit id, a check that the \
     state is still the expected one, and an answer without private parts.",
    "No answer that a model reads may hold a secret, an id that Stripe made, or anything about a customer.",
    "Clicks, attributions, notes of commission, decisions after a purchase and wishes to take access back are evidence: \
     none of them pays, charges, grants, refunds or removes anything.",
    "When a provider's answer is unclear, record that it is and go on with work that moves no money.",
];
