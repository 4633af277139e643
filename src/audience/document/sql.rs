//! The SQL of the document. Figures come from totals that triggers keep, never from the people themselves.

use crate::db::{Stmt, Value};
use crate::kit::bounds::AUDIENCE_DOCUMENT_ROWS;
use crate::kit::id::TenantId;
use crate::{queries, stmt};

/// A list of JSON objects, in the order of the rows.
macro_rules! list {
    ($name:literal, $table:literal, $owner:literal, $fields:expr) => {
        concat!(
            "'",
            $name,
            "', (SELECT json_group_array(json_object('id', t.id, ",
            $fields,
            ") ORDER BY t.position, t.id) FROM ",
            $table,
            " t WHERE t.",
            $owner,
            ")"
        )
    };
}

/// The ids that a form points at.
macro_rules! ids {
    ($name:literal, $table:literal, $column:literal) => {
        concat!(
            "'",
            $name,
            "', (SELECT json_group_array(x.",
            $column,
            " ORDER BY x.position, x.",
            $column,
            ") FROM ",
            $table,
            " x WHERE x.form_id = t.id), "
        )
    };
}

/// A column of 0 and 1 as JSON.
macro_rules! truth {
    ($name:literal, $column:literal) => {
        concat!("'", $name, "', json(iif(", $column, ", 'true', 'false'))")
    };
}

queries! {
    /// The workspaces, each with everything that is set up in it.
    WORKSPACES = concat!("
        SELECT json_patch(json_object('id', w.id, 'slug', w.slug, 'title', w.title, 'summary', w.summary, 'status', w.status,
          'issue', w.issue, 'parentIssue', w.parent_issue, 'revisionId', w.revision_id, 'previewRoute', w.preview_route,
          'linkedFunnelRoute', w.funnel_route, 'linkedOfferRoute', w.offer_route, 'linkedProductRoute', w.product_route), json_object(
          ", list!("segments", "audience_segments", "workspace_id = w.id",
            "'title', t.title, 'status', t.status, 'source', t.source, 'definition', t.definition,
             'privateDataExcluded', json(t.private_data_excluded_json)"), ",
          ", list!("tags", "audience_tags", "workspace_id = w.id", "'label', t.label, 'purpose', t.purpose"), ",
          ", list!("leadMagnets", "audience_lead_magnets", "workspace_id = w.id",
            "'title', t.title, 'deliveryPromise', t.delivery_promise, 'assetBoundary', t.asset_boundary"), ",
          ", list!("forms", "audience_forms", "workspace_id = w.id", concat!(
            "'slug', t.slug, 'title', t.title, 'status', t.status, 'routeAnchor', t.route_anchor,
             'sourceFunnelStepId', t.source_funnel_step_id, ",
            ids!("targetSegmentIds", "audience_form_segments", "segment_id"),
            ids!("tagIds", "audience_form_tags", "tag_id"), "
             'leadMagnetId', t.lead_magnet_id, 'fields', (SELECT json_group_array(json_object('id', f.id, 'label', f.label,
               'kind', f.kind, ", truth!("required", "f.required"), ", 'storageBoundary', f.storage_boundary)
               ORDER BY f.position, f.id) FROM audience_form_fields f WHERE f.form_id = t.id),
             'consentStatement', (SELECT c.statement FROM audience_consent_statements c
               WHERE c.id = t.consent_statement_id), 'writeBoundary', t.write_boundary")), ",
          ", list!("sequences", "audience_sequences", "workspace_id = w.id", concat!(
            "'title', t.title, 'status', t.status, 'trigger', t.starts_when, 'linkedFormId', t.linked_form_id,
             'steps', (SELECT json_group_array(json_object('id', p.id, 'subjectIntent', p.subject_intent,
               'timing', p.timing, 'delayValue', p.delay_value, 'goal', p.goal, ",
               truth!("agentEditable", "p.agent_editable"), ") ORDER BY p.position, p.id)
               FROM audience_sequence_steps p WHERE p.sequence_id = t.id), 'writeBoundary', t.write_boundary")), ",
          ", list!("automationRules", "audience_automation_rules", "workspace_id = w.id",
            "'title', t.title, 'status', t.status, 'triggerEvent', t.trigger_event,
             'conditions', json(t.conditions_json), 'actions', (SELECT json_group_array(json_object('id', a.id,
               'kind', a.kind, 'targetId', a.target_id, 'summary', a.summary) ORDER BY a.position, a.id)
               FROM audience_automation_actions a WHERE a.rule_id = t.id), 'writeBoundary', t.write_boundary"), ",
          'broadcastDrafts', (SELECT json_group_array(json_object('id', d.id, 'title', d.title, 'status', 'draft',
            'audienceScope', d.audience_scope, 'approvalBoundary', d.approval_boundary) ORDER BY d.created_at, d.id)
            FROM audience_broadcast_drafts d WHERE d.workspace_id = w.id))) AS workspace
        FROM audience_workspaces w WHERE w.tenant_id = ?1 ORDER BY w.position, w.id LIMIT ?2");

    /// Totals by what is counted.
    TOTALS = "
        SELECT subject, id, status, total FROM audience_totals WHERE tenant_id = ?1 AND total > 0
        ORDER BY total DESC, id, status";

    /// Subscribers by everything that decides whether they may be written to.
    REACH = "
        SELECT source_segment_id AS segment_id, status, has_consent, is_suppressed, SUM(total) AS total
        FROM audience_subscriber_totals WHERE tenant_id = ?1 GROUP BY 1, 2, 3, 4";

    /// What everybody may see of the totals, as one JSON object. People who never confirmed are no figure: else a wish in
    /// somebody's name, and a look before and after, would tell whether the address is known.
    PUBLISHED = "
        SELECT json_object(
          'totals', (SELECT json_group_array(json_object('subject', t.subject, 'id', t.id, 'status', t.status,
              'total', t.total) ORDER BY t.total DESC, t.id, t.status)
            FROM (SELECT a.subject, a.id, a.status, a.total FROM audience_totals a
              WHERE a.tenant_id = ?1 AND a.subject <> 'subscriber' AND a.total > 0
              UNION ALL
              SELECT 'subscriber', b.source_form_id, b.status, SUM(b.total) FROM audience_subscriber_totals b
              WHERE b.tenant_id = ?1 AND (b.status = 'subscribed' OR b.has_consent = 1) AND b.total > 0
              GROUP BY 2, 3) t),
          'reach', (SELECT json_group_array(json_object('segment_id', r.source_segment_id, 'status', r.status,
              'has_consent', r.has_consent, 'is_suppressed', r.is_suppressed, 'total', r.total))
            FROM audience_subscriber_totals r
            WHERE r.tenant_id = ?1 AND (r.status = 'subscribed' OR r.has_consent = 1)),
          'enrolled', (SELECT json_group_array(json_object('status', e.status, 'subscriber_status', e.subscriber_status,
              'has_consent', e.has_consent, 'is_suppressed', e.is_suppressed, 'total', e.total))
            FROM audience_enrollment_totals e WHERE e.tenant_id = ?1),
          'last', json_object(
            'subscriber', (SELECT s.confirmed_at FROM audience_subscribers s
              WHERE s.tenant_id = ?1 AND s.confirmed_at IS NOT NULL ORDER BY s.confirmed_at DESC LIMIT 1),
            'consent', (SELECT c.consented_at FROM audience_consent_events c
              WHERE c.tenant_id = ?1 AND c.consented_at IS NOT NULL ORDER BY c.consented_at DESC LIMIT 1),
            'suppression', (SELECT x.updated_at FROM audience_suppression_entries x
              WHERE x.tenant_id = ?1 ORDER BY x.updated_at DESC LIMIT 1),
            'note', (SELECT n.created_at FROM evidence_records n
              WHERE n.tenant_id = ?1 AND n.kind = 'crm_timeline_note' ORDER BY n.created_at DESC LIMIT 1),
            'paused', COALESCE((SELECT p.total FROM audience_paused_totals p WHERE p.tenant_id = ?1), 0))) AS figures_json";
}

crate::of_tenant! {
    totals = TOTALS;
    reach = REACH;
    published = PUBLISHED;
}

/// Binds [`WORKSPACES`].
pub fn workspaces(tenant: &TenantId) -> Stmt {
    stmt!(WORKSPACES, tenant, Value::Integer(AUDIENCE_DOCUMENT_ROWS))
}
