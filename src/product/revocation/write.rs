//! The confirmed write.

use super::{model, sql};
use crate::confirm::{Answers, Audit, By, Expect, Field, Guard, Record, Step, Takes, Truth, Write, CONFLICT};
use crate::http::error::common;
use crate::kit::bounds::{REVOCATION_ID_MAX_CHARS, REVOCATION_REASON_MAX_CHARS, REVOCATION_WORD_MAX_CHARS};
use crate::product::{serve, OWNER_PAGE};
use crate::schema;

/// An owner notes that access should end.
pub static WRITE: Write = Write {
    kind: "product_revocation_intent",
    path: model::PATH,
    operation: "recordRevocationIntent",
    summary: "Notes that somebody's access should end, and why. Ends nothing.",
    contract_id: model::CONTRACT_ID,
    contract_status: model::READY,
    issue: model::ISSUE,
    by: By::Owner,
    phrase: model::PHRASE,
    id_prefix: "product-revocation-intent-",
    steps: &[
        Step::Phrase(&crate::confirm::UNCONFIRMED),
        needed("entitlementId", Takes::Text(REVOCATION_ID_MAX_CHARS), "Entitlement"),
        needed(model::STATUS_FIELD, Takes::Text(REVOCATION_WORD_MAX_CHARS), "How it stands"),
        needed("reasonCode", Takes::Text(REVOCATION_WORD_MAX_CHARS), "Why"),
        Step::Key(&common::INVALID_REQUEST),
        Step::Known { name: "reasonCode", words: model::REASONS, refusal: &common::INVALID_REQUEST },
        Step::Field(Field {
            name: "privateReason",
            takes: Takes::Private(REVOCATION_REASON_MAX_CHARS),
            missing: None,
            label: "In your own words, in confidence",
        }),
    ],
    truth: Truth {
        select: &sql::truths::ENTITLEMENT,
        record: &sql::truths::RECORD_INTENT,
        missing: &model::ENTITLEMENT_NOT_FOUND,
    },
    guards: &[Guard {
        truth: "entitlementStatus",
        expect: Expect::Field(model::STATUS_FIELD),
        refusal: &model::STALE_ENTITLEMENT,
        shows: &[("currentEntitlementStatus", "entitlementStatus")],
    }],
    effects: &[&sql::KEEP_INTENT],
    audit: Audit {
        event_kind: "product_revocation_intent_recorded",
        actor_kind: "owner",
        summary: "It is noted that this access should end. Nothing was changed.",
    },
    after: None,
    conflict: &CONFLICT,
    answers: Answers {
        created: 201,
        recorded: model::READY,
        replayed: "owner-product-revocation-intent-replayed",
        records: &[Record {
            key: "intent",
            query: &sql::INTENT,
            read: Record::of::<model::TargetedRow, model::TargetedIntent>,
            flags: &[],
            schema: schema!(model::TargetedIntent),
        }],
        flags: model::FLAGS,
    },
    describe: |cx, _| Box::pin(serve::describe_revocations(cx)),
    describe_query: &[],
    page: |_| OWNER_PAGE.to_owned(),
};

const fn needed(name: &'static str, takes: Takes, label: &'static str) -> Step {
    Step::Field(Field { name, takes, missing: Some(&common::INVALID_REQUEST), label })
}
