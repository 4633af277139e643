//! The confirmed write of this feature.

use super::model::{self, Decision, DecisionRow};
use super::{serve, sql};
use crate::confirm::{Answers, Audit, By, Expect, Field, Guard, Record, Step, Takes, Truth, Write};
use crate::insight;
use crate::kit::bounds::ID_MAX_BYTES;
use crate::page::component;
use crate::schema;

/// A buyer accepts or declines the offer that follows a purchase.
pub static DECIDE: Write = Write {
    kind: "post_purchase_decision",
    path: model::API_ROUTE,
    operation: "decidePostPurchaseOffer",
    summary: "Records what a buyer decided about the offer after the purchase. Charges nothing.",
    contract_id: "post-purchase-decision-contract",
    contract_status: "non-billing-decision-ready",
    issue: model::ISSUE,
    by: By::Anyone,
    phrase: model::PHRASE,
    id_prefix: "post-purchase-decision-",
    steps: &[
        Step::Field(Field {
            name: "checkoutIntentId",
            takes: Takes::Text(ID_MAX_BYTES),
            missing: Some(&model::INTENT_REQUIRED),
            label: "Purchase reference",
        }),
        Step::Field(Field {
            name: "decisionKind",
            takes: Takes::Text(ID_MAX_BYTES),
            missing: Some(&model::DECISION_REQUIRED),
            label: "Decision",
        }),
        Step::Key(&model::KEY_REQUIRED),
        Step::Field(Field {
            name: "expectedCheckoutUpdatedAt",
            takes: Takes::Integer(1),
            missing: Some(&model::EXPECTED_REQUIRED),
            label: "When the purchase last changed",
        }),
        Step::Phrase(&model::CONFIRMATION_REQUIRED),
        Step::Known { name: "decisionKind", words: model::DECISION_WORDS, refusal: &model::UNSUPPORTED },
    ],
    truth: Truth {
        select: &sql::truths::DECISION,
        record: &sql::truths::RECORD_DECISION,
        missing: &model::INTENT_NOT_FOUND,
    },
    guards: &[
        Guard { truth: "eligible", expect: Expect::Number(1), refusal: &model::NOT_ELIGIBLE, shows: CHECKOUT },
        Guard {
            truth: "updatedAt",
            expect: Expect::Field("expectedCheckoutUpdatedAt"),
            refusal: &model::STALE,
            shows: CHECKOUT,
        },
        Guard { truth: "offered", expect: Expect::Number(1), refusal: &model::NO_OFFER, shows: CHECKOUT },
        Guard { truth: "open", expect: Expect::Number(1), refusal: &model::WINDOW_CLOSED, shows: CHECKOUT },
        Guard { truth: "undecided", expect: Expect::Number(1), refusal: &model::ALREADY_DECIDED, shows: CHECKOUT },
    ],
    effects: &[&sql::KEEP_DECISION, insight::UPSELL_ACCEPTED],
    audit: Audit {
        event_kind: "post_purchase_non_billing_decision_recorded",
        actor_kind: "buyer_post_purchase_page",
        summary: "Thank you, your answer is noted. Nothing was charged.",
    },
    after: None,
    conflict: &model::KEY_CONFLICT,
    answers: Answers {
        created: 200,
        recorded: "post_purchase_decision_recorded",
        replayed: "post_purchase_decision_replayed",
        records: &[Record {
            key: "decision",
            query: &sql::DECISION_BY_KEY,
            read: Record::of::<DecisionRow, Decision>,
            flags: model::FLAGS,
            schema: schema!(Decision),
        }],
        flags: model::FLAGS,
    },
    describe: |cx, req| Box::pin(serve::describe(cx, req)),
    describe_query: &[("checkoutIntentId", "The purchase that an offer may follow.")],
    page: |parsed| format!("{}/{}", model::PAGE_PREFIX, component(parsed.text("checkoutIntentId"))),
};

/// A refusal about the checkout shows how it stands.
const CHECKOUT: &[(&str, &str)] = &[("checkout", "checkout")];
