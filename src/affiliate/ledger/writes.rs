//! The two confirmed writes about commissions, as data.

use serde_json::{Map, Value};

use super::model::{Ledger, ReviewAction, FLAGS};
use super::sql::{self, truths};
use crate::affiliate::contract;
use crate::confirm::{Answers, Audit, By, Expect, Field, Guard, Record, Step, Takes, Truth, Write};
use crate::cx::{Cx, Task};
use crate::http::error::Refusal;
use crate::http::{Error, Req};
use crate::kit::bounds::{AGENT_CLIENT_ID_MAX_BYTES, ID_MAX_BYTES, PRIVATE_REASON_MAX_CHARS, PUBLIC_REASON_MAX_CHARS};
use crate::schema;

crate::refusals! {
    CHECKOUT_REQUIRED = (400, "checkout_intent_required", "Say which checkout this is about.");
    KEY_REQUIRED = (400, "idempotency_key_required", "Send an idempotency key, so that a repeated request acts once.");
    CONFIRMATION_REQUIRED = (400, "commission_ledger_confirmation_required", "Repeat the confirmation text exactly.");
    CHECKOUT_CONFLICT = (409, "commission_ledger_checkout_conflict", "This checkout has its commission already.");
    LEDGER_KEY_CONFLICT = (409, "commission_ledger_idempotency_conflict", "This idempotency key was used for another commission.");
    REVIEW_KEY_CONFLICT = (409, "commission_review_idempotency_conflict", "This idempotency key was used for another decision.");
    CHECKOUT_NOT_FOUND = (400, "checkout_intent_not_found", "No checkout has this reference.");
    NOT_TRUSTED = (400, "checkout_intent_not_trusted", "Only a paid order that was not refunded earns a commission.");
    ATTRIBUTION_REQUIRED = (400, "checkout_referral_attribution_required", "This order did not come by a partner link.");
    NO_RULE = (400, "commission_rule_not_seeded", "No commission rule pays for this order.");

    LEDGER_REQUIRED = (400, "commission_ledger_required", "Say which commission this is about.");
    ACTION_UNSUPPORTED = (400, "commission_review_action_unsupported", "Mark it reviewed, hold it, or reverse it.");
    UPDATED_AT_REQUIRED = (400, "expected_updated_at_required", "Say which state of the commission you looked at.");
    ACTION_CONFIRMATION = (400, "commission_review_confirmation_required", "Repeat the confirmation text exactly.");
    LEDGER_NOT_FOUND = (400, "commission_ledger_not_found", "No commission has this id.");
    STALE = (409, "commission_review_stale_state", "The commission changed since you looked at it.");
    PAYABLE = (409, "commission_review_payable_state_blocked", "A commission that is paid out cannot be changed here.");
    REVERSED = (409, "commission_review_already_reversed", "This commission was reversed, and that is final.");
}

/// What an owner can decide.
pub const ACTIONS: &[&str] = &["mark_reviewed", "hold_for_review", "reverse_evidence"];

/// The id of the commission that a refusal is about; a handler turns it into the commission itself.
pub const ABOUT: &str = "commissionLedgerId";

const KEY: Step = Step::Key(&KEY_REQUIRED);

const fn field(name: &'static str, takes: Takes, missing: Option<&'static Refusal>, label: &'static str) -> Step {
    Step::Field(Field { name, takes, missing, label })
}

const fn guard(truth: &'static str, expect: Expect, refusal: &'static Refusal) -> Guard {
    Guard { truth, expect, refusal, shows: &[(ABOUT, ABOUT)] }
}

/// Writes down the commission of a paid checkout that came by a partner link. The payment event does the same by itself.
pub static CREATE: Write = Write {
    kind: "affiliate-commission",
    path: "/api/affiliates/commission-ledger",
    operation: "createCommissionEvidence",
    summary: "Writes down the commission of a paid order that came by a partner link, for review; nothing is paid.",
    contract_id: "affiliate-commission-ledger-contract",
    contract_status: contract::READY,
    issue: 115,
    by: By::Anyone,
    phrase: contract::LEDGER_PHRASE,
    id_prefix: "commission-ledger-",
    steps: &[
        field("checkoutIntentId", Takes::Text(ID_MAX_BYTES), Some(&CHECKOUT_REQUIRED), "Checkout"),
        KEY,
        Step::Phrase(&CONFIRMATION_REQUIRED),
        field("agentClientId", Takes::Text(AGENT_CLIENT_ID_MAX_BYTES), None, "Program"),
    ],
    truth: Truth { select: &truths::CALL_TRUTH, record: &truths::CALL_RECORD, missing: &CHECKOUT_NOT_FOUND },
    guards: &[
        guard("madeByCall", Expect::Number(0), &CHECKOUT_CONFLICT),
        guard("madeByPayment", Expect::Number(0), &CHECKOUT_CONFLICT),
        guard("trusted", Expect::Number(1), &NOT_TRUSTED),
        guard("attributed", Expect::Number(1), &ATTRIBUTION_REQUIRED),
        guard("earns", Expect::Number(1), &NO_RULE),
    ],
    effects: &[&sql::CREDIT_BY_CALL, &sql::CREDIT_LINES_BY_CALL],
    audit: Audit {
        event_kind: "affiliate_commission_ledger_review_only_created",
        actor_kind: "affiliate_commission_api",
        summary: "A partner's commission was written down for review.",
    },
    after: None,
    conflict: &LEDGER_KEY_CONFLICT,
    answers: Answers {
        created: 200,
        recorded: "review_only_commission_recorded",
        replayed: "review_only_commission_replayed",
        records: &[Record {
            key: "commissionLedger",
            query: &sql::LEDGER_OF_CALL,
            read: Record::of::<Ledger, Ledger>,
            flags: FLAGS,
            schema: schema!(Ledger),
        }],
        flags: FLAGS,
    },
    describe: describe_ledger,
    describe_query: &[],
    page: |_| "/admin/affiliates".to_owned(),
};

/// What an owner decides about a commission.
///
/// `reason` is what older clients send. Nobody told their users that it would be published, so it is kept as a private
/// reason; what is to be seen goes into `publicReason`.
pub static ACT: Write = Write {
    kind: "affiliate-commission-action",
    path: "/api/admin/affiliates/commission-ledger/actions",
    operation: "reviewCommission",
    summary: "Marks a commission as reviewed, holds it, or reverses it for good; nothing is paid.",
    contract_id: "affiliate-commission-review-actions-contract",
    contract_status: contract::READY,
    issue: 115,
    by: By::Owner,
    phrase: contract::ACTION_PHRASE,
    id_prefix: "commission-review-action-",
    steps: &[
        field(ABOUT, Takes::Text(ID_MAX_BYTES), Some(&LEDGER_REQUIRED), "Commission"),
        field("actionKind", Takes::Text(ID_MAX_BYTES), Some(&ACTION_UNSUPPORTED), "Decision"),
        Step::Known { name: "actionKind", words: ACTIONS, refusal: &ACTION_UNSUPPORTED },
        KEY,
        field("expectedUpdatedAt", Takes::Integer(1), Some(&UPDATED_AT_REQUIRED), "State"),
        Step::Phrase(&ACTION_CONFIRMATION),
        field("publicReason", Takes::Text(PUBLIC_REASON_MAX_CHARS), None, "Reason that the partner may see"),
        field(
            "privateReason",
            Takes::Private(PRIVATE_REASON_MAX_CHARS),
            None,
            "Private note, kept as a fingerprint only",
        ),
        field("reason", Takes::Private(PRIVATE_REASON_MAX_CHARS), None, "Private note of older programs"),
    ],
    truth: Truth { select: &truths::ACTION_TRUTH, record: &truths::ACTION_RECORD, missing: &LEDGER_NOT_FOUND },
    guards: &[
        guard("updatedAt", Expect::Field("expectedUpdatedAt"), &STALE),
        guard("payoutStatus", Expect::Word("not_payable"), &PAYABLE),
        guard("ledgerStatus", Expect::Word("review_only"), &REVERSED),
    ],
    effects: &[&sql::ACT, &sql::APPLY_ACTION],
    audit: Audit {
        event_kind: "affiliate_commission_ledger_owner_review_action",
        actor_kind: "owner_admin_api",
        summary: "The decision about the commission is recorded.",
    },
    after: None,
    conflict: &REVIEW_KEY_CONFLICT,
    answers: Answers {
        created: 200,
        recorded: "commission_review_action_recorded",
        replayed: "commission_review_action_replayed",
        records: &[
            Record {
                key: "reviewAction",
                query: &sql::ACTION_OF_RECEIPT,
                read: Record::of::<ReviewAction, ReviewAction>,
                flags: FLAGS,
                schema: schema!(ReviewAction),
            },
            Record {
                key: "commissionLedger",
                query: &sql::LEDGER_OF_ACTION,
                read: Record::of::<Ledger, Ledger>,
                flags: FLAGS,
                schema: schema!(Ledger),
            },
        ],
        flags: FLAGS,
    },
    describe: describe_action,
    describe_query: &[],
    page: |_| "/admin/affiliates".to_owned(),
};

fn describe_ledger<'a>(_cx: &'a Cx, _req: &'a Req) -> Task<'a, Result<Map<String, Value>, Error>> {
    Box::pin(async { described(serde_json::to_value(&contract::LEDGER)?) })
}

fn describe_action<'a>(_cx: &'a Cx, _req: &'a Req) -> Task<'a, Result<Map<String, Value>, Error>> {
    Box::pin(async { described(serde_json::to_value(&contract::REVIEW)?) })
}

fn described(contract: Value) -> Result<Map<String, Value>, Error> {
    Ok(std::iter::once(("contract".to_owned(), contract)).collect())
}
