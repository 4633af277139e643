//! What a record would be about now: the first payout preview of the shop, its first flag, the report that it is about.

use serde_json::{json, Map, Value};

use super::sql;
use crate::affiliate::program::model::{of, Of, Published, ReadinessCheck, Stored};
use crate::confirm::sql::TruthRow;
use crate::cx::Cx;
use crate::db::{At, Batch, Rows};
use crate::evidence::{Evidence, For};
use crate::http::Result;

/// Asks for what stands first, and for what the programs publish.
pub fn ask(cx: &Cx, batch: &mut Batch) -> Vec<At> {
    let documents = crate::affiliate::program::sql::documents(&cx.tenant);
    vec![batch.add(sql::standing(&cx.tenant, &json!({}), cx.now())), batch.add(documents)]
}

/// The family's part of a summary: what a record would be about now.
///
/// # Errors
/// A fault when a row does not decode.
pub fn more(evidence: &'static Evidence, rows: &Rows, at: &[At], _: For) -> Result<Map<String, Value>> {
    let [standing, documents] = at else { return Ok(Map::new()) };
    let row: Option<TruthRow> = rows.first(*standing)?;
    let truth: Map<String, Value> = serde_json::from_str(row.as_ref().map_or("{}", |row| &row.truth))?;
    let documents: Vec<Of<Stored>> = rows.all(*documents)?;
    let program = truth.get("programId").and_then(Value::as_str);
    let current = match program {
        Some(program) => Value::Object(current(evidence, &truth, &Published::of(&of(&documents, program))?)?),
        None => Value::Null,
    };
    let source = Value::from(evidence.family.source_route);
    Ok([("sourceDataRoute".to_owned(), source), ("currentEvidence".to_owned(), current)].into_iter().collect())
}

/// What every kind is about.
const PREVIEW: &[&str] =
    &["programId", "programRevisionId", "payoutPreparationId", "payoutBatchId", "payoutBatchStatus"];
/// What the first kind is about.
const FIGURES: &[&str] = &["eligibleLedgerCount", "blockedLedgerCount", "reversedLedgerCount", "totalCommissionCents"];
/// What the kinds about messages are about.
const REPORT: &[&str] = &["affiliatePartnerReportId", "affiliatePartnerId", "partnerReportStatus"];
/// What each kind about messages stands on: the third has the first two, and each later one more.
const STATUSES: &[&str] = &[
    "payoutPreparationRecordStatus",
    "fraudReviewRecordStatus",
    "notificationReadinessRecordStatus",
    "notificationSendPreflightRecordStatus",
];

fn current(evidence: &Evidence, truth: &Map<String, Value>, published: &Published) -> Result<Map<String, Value>> {
    let told = |name: &str| truth.get(name).cloned().unwrap_or_default();
    let is = |id: &str, name: &str| truth.get(name).and_then(Value::as_str) == Some(id);
    let copied = |names: &[&str]| names.iter().map(|name| ((*name).to_owned(), told(name))).collect::<Map<_, _>>();
    let mut now = copied(PREVIEW);
    let mut add = |name: &str, value: Value| drop(now.insert(name.to_owned(), value));
    add("recordKind", evidence.record_kind.into());
    let batch = published.batches.iter().find(|batch| is(&batch.id, "payoutBatchId"));
    let flag = published.flags.iter().find(|flag| is(&flag.id, "reviewFlagId"));
    if let (None, Some(batch)) = (evidence.below, batch) {
        add("currency", batch.currency.as_str().into());
        add("readinessChecklist", serde_json::to_value(&batch.readiness_checklist)?);
        add("reviewBeforePayout", batch.review_before_payout.clone().into());
    }
    if let (Some(_), Some(flag)) = (evidence.below, flag) {
        add("reviewFlagId", flag.id.as_str().into());
        add("reviewFlagSeverity", flag.severity.as_str().into());
        add("linkedLedgerIds", flag.linked_ledger_ids.clone().into());
        add("linkedLedgerCount", flag.linked_ledger_ids.len().into());
        let words = evidence.fields().map(|field| evidence.write.words(field.name)).find(|words| !words.is_empty());
        add("supportedDispositions", words.into());
        add("defaultDisposition", words.and_then(|words| words.first().copied()).into());
        if evidence.checks.is_empty() {
            add("reviewFlagTitle", flag.title.as_str().into());
            add("requiredAction", flag.required_action.as_str().into());
        }
    }
    let depth = std::iter::successors(evidence.below, |kind| kind.below).count();
    let open = evidence.below.is_none() || told(HOLDS.get(depth.saturating_sub(1)).unwrap_or(&"")) == json!(1);
    add("ownerRecordAllowed", open.into());
    if evidence.below.is_none() {
        now.extend(copied(FIGURES));
    }
    if !evidence.checks.is_empty() {
        now.extend(copied(REPORT));
        now.extend(copied(STATUSES.get(..depth).unwrap_or(STATUSES)));
        now.insert("notificationChannel".to_owned(), "email".into());
        now.insert("notificationAudience".to_owned(), "redacted_affiliate_partner_summary".into());
        let list = evidence.checks.iter().map(|check| serde_json::to_value(checked(check)));
        now.insert(
            LISTS.get(depth - 2).unwrap_or(&"readinessChecklist").to_string(),
            list.collect::<std::result::Result<Vec<_>, _>>()?.into(),
        );
    }
    now.extend(evidence.flags().filter(|(_, yes)| *yes == Value::Bool(evidence.acts())));
    Ok(now)
}

/// What the truth calls a rung that holds.
const HOLDS: &[&str] = &[
    "payoutPreparationRecordHolds",
    "fraudReviewRecordHolds",
    "notificationReadinessRecordHolds",
    "notificationSendPreflightRecordHolds",
];
/// What the lists of checks are called.
const LISTS: &[&str] = &["readinessChecklist", "sendPreflightChecklist", "providerReadinessChecklist"];

fn checked((id, status): &(&'static str, &'static str)) -> ReadinessCheck {
    let (title, evidence) = match *status {
        "passed" => ("Earlier records can be kept", "Their contract is published in this document."),
        "external_required" => ("Who would be written to", "Addresses of partners are not kept here."),
        _ => ("Nothing can be sent", "There is no way here to write to a partner."),
    };
    ReadinessCheck {
        id: (*id).to_owned(),
        title: title.to_owned(),
        status: (*status).to_owned(),
        evidence: evidence.to_owned(),
    }
}
