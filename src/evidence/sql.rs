//! The SQL that all kinds of evidence share.

use serde_json::Value as Json;

use crate::db::{Stmt, Value};
use crate::kit::bounds::EVIDENCE_LATEST_ROWS;
use crate::kit::id::TenantId;
use crate::{queries, stmt};

/// The ladder of a family, as common table expressions: `rung`, `seen`, `linked`, `ladder`.
///
/// `$rungs` is a JSON array, lowest first, of `[kind, key, field, word, level, status]`: the key is what a truth calls the
/// id of its latest record, the word in the field opens the next kind, the level says which of the subjects it is about.
/// Before it stands an expression `s` with a row per ladder: `world`, `subjects` and `todays`, two JSON arrays by level: what
/// the records are about, and everything they say, as one text that must still be the same.
///
/// Every truth of the family has `subject`, `today`, and below each key the id of the latest record, so a record knows what
/// it stood on.
#[macro_export]
macro_rules! ladder {
    ($rungs:expr) => {
        concat!(
            "
        rung AS (
          SELECT key AS position, value ->> 0 AS kind, value ->> 1 AS name, value ->> 2 AS field, value ->> 3 AS word,
            value ->> 4 AS level, value ->> 5 AS status
          FROM json_each('",
            $rungs,
            "')),
        seen AS (
          SELECT s.world, r.position, r.kind, r.name, r.status, e.id, e.fields_json, e.truth_json, e.created_at,
            COALESCE(json_extract(e.truth_json, '$.today') = json_extract(s.todays, '$[' || r.level || ']'), 0) AS fresh,
            CASE r.word WHEN '' THEN 1 ELSE COALESCE(json_extract(e.fields_json, '$.' || r.field) = r.word, 0) END AS opens
          FROM s CROSS JOIN rung r LEFT JOIN evidence_records e ON e.rowid = (
            SELECT n.rowid FROM evidence_records n
            WHERE n.tenant_id = ?1 AND n.kind = r.kind
              AND n.subject = json_extract(s.subjects, '$[' || r.level || ']')
            ORDER BY n.created_at DESC, n.rowid DESC LIMIT 1)),
        linked AS (
          SELECT *, id IS NOT NULL AND (
            position = 0 OR LAG(id) OVER below IS json_extract(truth_json, '$.' || LAG(name) OVER below)) AS linked
          FROM seen WINDOW below AS (PARTITION BY world ORDER BY position)),
        ladder AS (
          SELECT *, MIN(id IS NOT NULL AND linked AND fresh AND opens) OVER (PARTITION BY world ORDER BY position) AS holds
          FROM linked)"
        )
    };
}

/// Selects the truth of a ladder: what `$own` says as JSON arguments of one `s`, and for each rung `key`, `keyFound`,
/// `keyHolds` and `keyStatus`. `$more` goes on where `$own` has as many arguments as D1 takes: 32, with four that are here.
#[macro_export]
macro_rules! ladder_truth {
    ($own:expr, $level:expr) => {
        $crate::ladder_truth!($own, "", $level)
    };
    ($own:expr, $more:expr, $level:expr) => {
        concat!(
            "
        SELECT json_patch(json_patch(
          json_object('subject', json_extract(s.subjects, '$[",
            $level,
            "]'), 'today', json_extract(s.todays, '$[",
            $level,
            "]'), ",
            $own,
            "), json_object(",
            $more,
            ")),
          (SELECT json_group_object(v.name, v.value) FROM (
            SELECT name, id AS value FROM ladder
            UNION ALL SELECT name || 'Found', id IS NOT NULL FROM ladder
            UNION ALL SELECT name || 'Holds', holds FROM ladder
            UNION ALL SELECT name || 'Status', status FROM ladder) v)) AS truth
        FROM s"
        )
    };
}

/// Selects the ladders themselves, a row per rung.
#[macro_export]
macro_rules! ladder_rows {
    () => {
        "
        SELECT world, kind, id, fields_json, json_extract(truth_json, '$.shown') AS shown, created_at, linked, fresh,
          opens, holds
        FROM ladder ORDER BY world, position"
    };
}

queries! {
    /// The record of a key.
    RECORD = "
        SELECT e.kind, e.id, e.fields_json, json_extract(e.truth_json, '$.shown') AS shown, e.created_at,
          e.id <> ?5 AS duplicate
        FROM evidence_records e
        WHERE e.tenant_id = ?1 AND e.kind = ?2 AND e.actor = ?3 AND e.idempotency_key = ?4";

    /// The newest records of each of several kinds.
    LATEST = "
        SELECT e.kind, e.id, e.fields_json, json_extract(e.truth_json, '$.shown') AS shown, e.created_at, 0 AS duplicate
        FROM json_each(?2) k CROSS JOIN evidence_records e ON e.rowid IN (
          SELECT x.rowid FROM evidence_records x WHERE x.tenant_id = ?1 AND x.kind = k.value
          ORDER BY x.created_at DESC, x.rowid DESC LIMIT ?3)
        ORDER BY e.created_at DESC, e.rowid DESC";

    /// How many records each of several kinds has; and of those in ?3, what the values named in ?4 come to.
    TALLIES = "
        SELECT e.kind, '' AS name, NULL AS word, COUNT(*) AS records, 0 AS total
        FROM json_each(?2) k CROSS JOIN evidence_records e ON e.tenant_id = ?1 AND e.kind = k.value
        GROUP BY e.kind
        UNION ALL
        SELECT e.kind, j.key, CASE j.type WHEN 'text' THEN j.value END, COUNT(*),
          SUM(CASE j.type WHEN 'integer' THEN j.value ELSE 0 END)
        FROM json_each(?3) k
        CROSS JOIN evidence_records e ON e.tenant_id = ?1 AND e.kind = k.value
        JOIN json_each(json_patch(e.fields_json, COALESCE(json_extract(e.truth_json, '$.shown'), '{}'))) j
          ON j.key IN (SELECT value FROM json_each(?4))
        GROUP BY 1, 2, 3";
}

/// Binds [`LATEST`].
pub fn latest(tenant: &TenantId, kinds: &Json) -> Stmt {
    stmt!(LATEST, tenant, kinds.to_string(), Value::Integer(EVIDENCE_LATEST_ROWS))
}

/// Binds [`TALLIES`].
pub fn tallies(tenant: &TenantId, kinds: &Json, detailed: &Json, names: &Json) -> Stmt {
    stmt!(TALLIES, tenant, kinds.to_string(), detailed.to_string(), names.to_string())
}
