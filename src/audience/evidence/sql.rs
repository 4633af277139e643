//! What must be true for notes, imports and broadcasts: a text for each of the three.

use crate::confirm::sql::look;
use crate::db::Stmt;
use crate::kit::id::TenantId;
use crate::kit::time::Moment;
use crate::{ladder, ladder_rows, queries, stmt};

/// A workspace with the newest intent about it or the one that is named.
macro_rules! import_ladder {
    () => {
        concat!(
            "
        WITH w AS (
          SELECT w.id, w.status, w.revision_id, concat_ws('|', w.revision_id, w.status) AS said
          FROM audience_workspaces w
          WHERE w.tenant_id = ?1 AND w.id = COALESCE(json_extract(?2, '$.workspaceId'), (
            SELECT o.id FROM audience_workspaces o WHERE o.tenant_id = ?1 ORDER BY o.position, o.id LIMIT 1))),
        s AS (
          SELECT w.*, '' AS world, json_array(w.id, COALESCE(i.id, '')) AS subjects, json_array(w.said, w.said) AS todays,
            i.id AS intent, i.fields_json AS intent_fields,
            COALESCE(json_extract(i.truth_json, '$.today') = w.said, 0) AS intent_fresh
          FROM w LEFT JOIN evidence_records i ON i.tenant_id = ?1 AND i.kind = '",
            stem!(intent),
            "' AND i.subject = w.id AND i.id = COALESCE(json_extract(?2, '$.importIntentId'), (
            SELECT n.id FROM evidence_records n
            WHERE n.tenant_id = ?1 AND n.kind = '",
            stem!(intent),
            "' AND n.subject = w.id ORDER BY n.created_at DESC, n.rowid DESC LIMIT 1))),",
            ladder!(concat!(
                r#"[[""#,
                stem!(intent),
                r#"","latestIntentId","","",0,""],[""#,
                stem!(preflight),
                r#"","latestPreflightId","","",1,""]]"#
            ))
        )
    };
}

/// What is true of an import.
macro_rules! import_truth {
    ($level:literal) => {
        concat!(
            import_ladder!(),
            ladder_truth!(
                "
            'workspaceId', s.id, 'workspaceRevisionId', s.revision_id, 'workspaceStatus', s.status,
            'importIntentId', s.intent,
            'importIntentSourceLabel', json_extract(s.intent_fields, '$.sourceLabel'), 'intentFresh', s.intent_fresh,
            'withinEstimate', COALESCE(json_extract(?2, '$.totalContactsChecked')
              <= json_extract(s.intent_fields, '$.estimatedContactCount'), 1),
            'shown', json_object('sourceKind',
              COALESCE(json_extract(?2, '$.sourceKind'), json_extract(s.intent_fields, '$.sourceKind')))",
                $level
            )
        )
    };
}

/// A draft with whom it could reach, what is known about its way, and its steps.
macro_rules! broadcast_ladder {
    () => {
        concat!(
            "
        WITH d AS (
          SELECT d.id, d.revision, strftime('%Y-%m-%dT%H:%M:%S.000Z', d.updated_at, 'unixepoch') AS changed,
            r.ready, r.suppressed + r.unsubscribed + r.missing_consent AS held, r.active_suppressions,
            q.facts_json AS queue,
            COALESCE(json_extract(q.facts_json, '$.queueMode') = 'dry_run_contract' AND NOT EXISTS (
              SELECT 1 FROM json_each(q.flags_json) f WHERE f.value <> 0), 0) AS queue_ready,
            p.facts_json AS preview,
            COALESCE(p.status = 'preview_safety_ready' AND NOT EXISTS (
              SELECT 1 FROM json_each(p.flags_json) f WHERE f.value <> 0), 0) AS preview_ready
          FROM audience_broadcast_drafts d
          JOIN audience_broadcast_reach r ON r.draft_id = d.id
          LEFT JOIN audience_broadcast_readiness q
            ON q.tenant_id = d.tenant_id AND q.draft_id = d.id AND q.kind = 'queue_readiness'
          LEFT JOIN audience_broadcast_readiness p
            ON p.tenant_id = d.tenant_id AND p.draft_id = d.id AND p.kind = 'preview_safety'
          WHERE d.tenant_id = ?1 AND d.id = COALESCE(json_extract(?2, '$.draftId'), (
            SELECT o.id FROM audience_broadcast_drafts o WHERE o.tenant_id = ?1
            ORDER BY o.updated_at DESC, o.id LIMIT 1))),
        s AS (
          SELECT d.*, d.id AS world, json_array(d.id) AS subjects,
            json_array(concat_ws('|', d.revision, d.changed, d.ready, json_extract(d.queue, '$.queueName'),
              d.queue_ready, d.preview_ready)) AS todays
          FROM d),",
            ladder!(concat!(
                r#"[[""#,
                stem!(schedule),
                r#"","scheduleIntentId","","",0,""],[""#,
                stem!(batch),
                r#"","deliveryBatchId","","",0,""],[""#,
                stem!(messages),
                r#"","deliveryQueueMessageId","","",0,""],[""#,
                stem!(dispatch),
                r#"","dispatchPreflightId","","",0,""],[""#,
                stem!(attempt),
                r#"","dispatchAttemptId","","",0,""]]"#
            ))
        )
    };
}

/// What a step says of the one below it: the record that is asked about, if it is one of this draft; whether that is the
/// latest and holds; whether it was about this state of the draft.
macro_rules! below {
    ($name:literal) => {
        concat!(
            "'",
            $name,
            "Asked', (SELECT e.id FROM ladder l JOIN evidence_records e ON e.id = COALESCE(
                json_extract(?2, '$.",
            $name,
            "'), l.id) AND e.tenant_id = ?1 AND e.kind = l.kind AND e.subject = s.id
              WHERE l.name = '",
            $name,
            "'),
            '",
            $name,
            "Current', (SELECT COALESCE(l.holds AND l.id = COALESCE(json_extract(?2, '$.",
            $name,
            "'), l.id), 0)
              FROM ladder l WHERE l.name = '",
            $name,
            "'),
            '",
            $name,
            "SameDraft', (SELECT COALESCE(
                json_extract(l.fields_json, '$.expectedDraftUpdatedAt') = s.changed, 1)
              FROM ladder l WHERE l.name = '",
            $name,
            "'),
            '",
            $name,
            "SameCount', (SELECT COALESCE(
                json_extract(l.fields_json, '$.expectedReadyRecipientCount') = s.ready, 1)
              FROM ladder l WHERE l.name = '",
            $name,
            "')"
        )
    };
}

/// A latest id, for what a record shows.
macro_rules! latest {
    ($name:literal) => {
        concat!("'", $name, "', (SELECT l.id FROM ladder l WHERE l.name = '", $name, "')")
    };
}

/// What must be true.
pub mod truths {
    use crate::{ladder, ladder_truth, truth};

    truth! {
        /// Somebody on the list: the one who is named, or whoever changed last.
        SOMEBODY, RECORD_NOTE = "
        SELECT json_object('subject', s.id, 'today', s.status, 'subscriberId', s.id, 'subscriberStatus', s.status,
          'shown', json_object('entryKind', 'owner_note', 'status', 'active', 'body', json_extract(?2, '$.noteBody')))
          AS truth
        FROM audience_subscribers s
        WHERE s.tenant_id = ?1 AND s.id = COALESCE(json_extract(?2, '$.subscriberId'), (
          SELECT o.id FROM audience_subscribers o WHERE o.tenant_id = ?1
          ORDER BY o.updated_at DESC, o.id DESC LIMIT 1))";

        /// The workspace that an import would go to.
        WORKSPACE, RECORD_INTENT = import_truth!("0");

        /// The workspace that an import would go to, and the intent that a check is about.
        INTENT, RECORD_PREFLIGHT = import_truth!("1");

        /// A draft, and the steps that were recorded about it.
        DRAFT, RECORD_STEP = concat!(broadcast_ladder!(), ladder_truth!(concat!("
            'draftId', s.id, 'draftUpdatedAt', s.changed, 'draftRevision', s.revision, 'readyRecipientCount', s.ready,
            'previewReady', s.preview_ready, 'queueReady', s.queue_ready,
            'sendTimeAhead', COALESCE(json_extract(?2, '$.requestedSendAt')
              > strftime('%Y-%m-%dT%H:%M:%S.000Z', ?3, 'unixepoch'), 1),
            'sameQueue', COALESCE((SELECT json_extract(l.truth_json, '$.shown.queueName') FROM ladder l
              WHERE l.name = 'deliveryBatchId') = json_extract(s.queue, '$.queueName'), 1),
            'shown', json_object(",
              latest!("scheduleIntentId"), ", ", latest!("deliveryBatchId"), ", ", latest!("deliveryQueueMessageId"), ",
              'readyRecipientCount', s.ready, 'dryRunMessageCount', s.ready, 'heldRecipientCount', s.held,
              'activeSuppressionCount', s.active_suppressions,
              'sendTimeRequested', json(iif(json_extract(?2, '$.requestedSendAt') IS NULL, 'false', 'true')),
              'queueName', json_extract(s.queue, '$.queueName'), 'queueMode', json_extract(s.queue, '$.queueMode'),
              'retryPolicy', json_extract(s.queue, '$.retryPolicy'),
              'unsubscribeFooterCheckStatus', json_extract(s.preview, '$.unsubscribeFooterPolicy'),
              'senderDomainGateStatus', json_extract(s.queue, '$.senderDomainGate'),
              'suppressionCheckStatus', json_extract(s.queue, '$.suppressionCheckPolicy'),
              'auditCorrelationPolicy', json_extract(s.queue, '$.auditCorrelationPolicy'))"),
            concat!(below!("scheduleIntentId"), ", ", below!("deliveryBatchId"), ", ", below!("deliveryQueueMessageId"),
              ", ", below!("dispatchPreflightId")), "0"));
    }
}

queries! {
    /// The workspace that an import would go to.
    FIRST_WORKSPACE = "
        SELECT id, title, status, revision_id FROM audience_workspaces WHERE tenant_id = ?1
        ORDER BY position, id LIMIT 1";

    /// The steps towards an import, rung by rung.
    IMPORT_LADDER = concat!(import_ladder!(), ladder_rows!());

    /// The steps towards a broadcast, rung by rung.
    BROADCAST_LADDER = concat!(broadcast_ladder!(), ladder_rows!());
}

/// Binds [`FIRST_WORKSPACE`].
pub fn workspace(tenant: &TenantId) -> Stmt {
    stmt!(FIRST_WORKSPACE, tenant)
}

/// Binds [`IMPORT_LADDER`] for what these fields name.
pub fn import_ladder(tenant: &TenantId, fields: &serde_json::Value, now: Moment) -> Stmt {
    look(&IMPORT_LADDER, tenant, fields, now)
}

/// Binds [`BROADCAST_LADDER`] for what these fields name.
pub fn broadcast_ladder(tenant: &TenantId, fields: &serde_json::Value, now: Moment) -> Stmt {
    look(&BROADCAST_LADDER, tenant, fields, now)
}
