//! The SQL that all confirmed writes share, and the frame of the statement that records one.

use serde::Deserialize;

use crate::db::{Bind, Query, Stmt};
use crate::kit::id::{AuditId, TenantId};
use crate::kit::time::Moment;
use crate::{queries, stmt};

/// Declares the truth of a write, once, as two statements: `$select` reads it, `$record` inserts the receipt when the
/// key is new and every expected value is what the truth says.
///
/// The text selects one column `truth`, a JSON object; `?1` tenant, `?2` the fields as JSON, `?3` the present.
#[macro_export]
macro_rules! truth {
    ($( $(#[$doc:meta])* $select:ident, $record:ident = $sql:expr; )*) => {
        $crate::queries! { $(
            $(#[$doc])*
            $select = $sql;
            $(#[$doc])*
            ///
            /// Inserts the receipt when all of it is as expected.
            $record = concat!("
        INSERT INTO evidence_records (
          id, tenant_id, kind, actor, actor_role, actor_email_hash, idempotency_key, fingerprint,
          confirmation_text_sha256, fields_json, truth_json, audit_correlation_id, created_at)
        SELECT ?4, ?1, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?2, t.truth, ?13, ?3
        FROM (", $sql, ") t
        WHERE NOT EXISTS (
          SELECT 1 FROM json_each(?5) x WHERE json_extract(t.truth, '$.' || x.key) IS NOT x.value)
        ON CONFLICT (tenant_id, kind, actor, idempotency_key) DO NOTHING");
        )* }
    };
}

queries! {
    /// The receipt of a key.
    RECEIPT = "
        SELECT id, fingerprint, audit_correlation_id FROM evidence_records
        WHERE tenant_id = ?1 AND kind = ?2 AND actor = ?3 AND idempotency_key = ?4";

    /// The audit row of a receipt, if this request made it.
    AUDIT = "
        INSERT INTO payment_audit_events (
          id, tenant_id, checkout_intent_id, event_kind, actor_kind, actor_id, summary, metadata_json, created_at)
        SELECT r.audit_correlation_id, r.tenant_id,
          COALESCE(json_extract(r.truth_json, '$.checkoutIntentId'), json_extract(r.fields_json, '$.checkoutIntentId')),
          ?3, ?4, CASE r.actor_role WHEN 'owner' THEN r.actor END, ?5, json_object('recordId', r.id), r.created_at
        FROM evidence_records r WHERE r.id = ?2 AND r.tenant_id = ?1";
}

/// Everything that goes into a receipt.
pub struct Receipt<'a> {
    /// The shop.
    pub tenant: &'a TenantId,
    /// The id of the record to be made.
    pub id: &'a str,
    /// The kind of write.
    pub kind: &'static str,
    /// Whose keys these are.
    pub actor: &'a str,
    /// `owner` or `anyone`.
    pub role: &'static str,
    /// Keyed hash of the owner's address.
    pub email_hash: Option<&'a str>,
    /// The idempotency key.
    pub key: &'a str,
    /// What the key stands for.
    pub fingerprint: &'a str,
    /// SHA-256 of the phrase.
    pub phrase_hash: &'a str,
    /// The fields as JSON.
    pub fields: &'a str,
    /// What the truth must be, as JSON.
    pub expected: &'a str,
    /// Ties the audit row to the answer.
    pub audit: &'a AuditId,
    /// When.
    pub now: Moment,
}

/// Binds the statement that records a receipt.
pub fn record(query: &'static Query, it: &Receipt<'_>) -> Stmt {
    let Receipt { tenant, fields, now, id, expected, kind, actor, role, .. } = it;
    let Receipt { email_hash, key, fingerprint, phrase_hash, audit, .. } = it;
    let values: [&dyn Bind; 13] =
        [*tenant, fields, now, id, expected, kind, actor, role, email_hash, key, fingerprint, phrase_hash, *audit];
    Stmt::new(query, &values)
}

/// Binds the statement that selects a truth.
pub fn truth(query: &'static Query, it: &Receipt<'_>) -> Stmt {
    fitting(query, &[it.tenant, &it.fields, &it.now])
}

/// Binds the statement that selects a truth for somebody who only looks.
pub fn look(query: &'static Query, tenant: &TenantId, fields: &serde_json::Value, now: Moment) -> Stmt {
    fitting(query, &[tenant, &fields.to_string(), &now])
}

/// Binds an effect.
pub fn effect(query: &'static Query, it: &Receipt<'_>) -> Stmt {
    fitting(query, &[it.tenant, &it.id, &it.now])
}

/// Binds a statement about the record of a key; ?5 is the id of this attempt, which tells a replay from a first time.
pub fn keyed(query: &'static Query, it: &Receipt<'_>) -> Stmt {
    fitting(query, &[it.tenant, &it.kind, &it.actor, &it.key, &it.id])
}

/// Leaves out the last values when the statement does not use them: D1 refuses a value without a place.
fn fitting(query: &'static Query, values: &[&dyn Bind]) -> Stmt {
    let used = |number: &usize| query.sql.contains(&format!("?{number}"));
    let count = (1..=values.len()).rev().find(used).unwrap_or_default();
    Stmt::new(query, values.get(..count).unwrap_or(values))
}

/// Binds [`AUDIT`].
pub fn audit(it: &Receipt<'_>, audit: &super::Audit) -> Stmt {
    stmt!(AUDIT, it.tenant, it.id, audit.event_kind, audit.actor_kind, audit.summary)
}

/// Binds [`RECEIPT`].
pub fn receipt(it: &Receipt<'_>) -> Stmt {
    keyed(&RECEIPT, it)
}

/// A row of [`RECEIPT`].
#[derive(Deserialize)]
pub struct ReceiptRow {
    /// The record.
    pub id: String,
    /// What its key stands for.
    pub fingerprint: String,
    /// The audit id of the first time.
    pub audit_correlation_id: String,
}

/// A row of a truth.
#[derive(Deserialize)]
pub struct TruthRow {
    /// A JSON object as text.
    pub truth: String,
}
