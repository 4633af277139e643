//! The SQL of the owner's pages about people. Everything newest first, and never more than a page. Notes are found by the
//! index on whom they are about, which serves a text and not a column's value; hence `|| ''`, and `+` before their kind.

use super::model::Wanted;
use crate::db::{Stmt, Value};
use crate::kit::bounds::{AUDIENCE_PAGE_ROWS, AUDIENCE_STORY_ROWS};
use crate::kit::id::TenantId;
use crate::{queries, stmt};

/// What a list shows of a person. Notes are counted by an index, so the count is the true one.
macro_rules! person {
    () => {
        "
        SELECT s.id, s.email, s.first_name, s.status, s.is_suppressed, s.created_at, s.updated_at, s.confirmed_at,
          g.title AS segment_title, f.title AS form_title,
          (SELECT COUNT(*) FROM audience_consent_events c WHERE c.subscriber_id = s.id AND c.status = 'consented')
            AS consents,
          (SELECT MAX(c.consented_at) FROM audience_consent_events c WHERE c.subscriber_id = s.id) AS last_consented_at,
          (SELECT json_group_array(t.label ORDER BY t.position, t.id) FROM audience_tag_assignments a
            JOIN audience_tags t ON t.id = a.tag_id WHERE a.subscriber_id = s.id AND a.status = 'active') AS tags,
          (SELECT json_group_array(json_array(q.title, e.status, COALESCE(p.subject_intent, ''))
              ORDER BY q.position, q.id)
            FROM audience_sequence_enrollments e JOIN audience_sequences q ON q.id = e.sequence_id
            LEFT JOIN audience_sequence_steps p ON p.id = e.next_step_id WHERE e.subscriber_id = s.id) AS sequences,
          (SELECT COUNT(*) FROM evidence_records n WHERE n.tenant_id = s.tenant_id
            AND json_extract(n.fields_json, '$.subscriberId') = s.id || '' AND +n.kind = 'crm_timeline_note') AS notes
        FROM audience_subscribers s
        JOIN audience_forms f ON f.id = s.source_form_id
        LEFT JOIN audience_segments g ON g.id = s.source_segment_id"
    };
}

/// A page of a list: ?2 status, ?3 segment, ?4 tag, each empty for all; the page begins after ?5 and ?6.
macro_rules! page_of {
    ($more:literal) => {
        concat!(
            person!(),
            "
        WHERE s.tenant_id = ?1 AND (s.updated_at, s.id) < (?5, ?6) AND (?2 = '' OR s.status = ?2)
          AND (?3 = '' OR s.source_segment_id = ?3)
          AND (?4 = '' OR EXISTS (SELECT 1 FROM audience_tag_assignments a
            WHERE a.subscriber_id = s.id AND a.tag_id = ?4 AND a.status = 'active'))",
            $more,
            "
        ORDER BY s.updated_at DESC, s.id DESC LIMIT ?7"
        )
    };
}

queries! {
    /// The people, the latest changed first.
    PEOPLE = page_of!("");

    /// The people whose address or name begins with ?8.
    FOUND = page_of!("
          AND s.id IN (
            SELECT x.id FROM audience_subscribers x
            WHERE x.tenant_id = ?1 AND x.email >= lower(?8) AND x.email < lower(?8) || char(1114111)
            UNION ALL
            SELECT x.id FROM audience_subscribers x
            WHERE x.tenant_id = ?1 AND x.first_name COLLATE NOCASE >= ?8
              AND x.first_name COLLATE NOCASE < ?8 || char(1114111))");

    /// One person.
    PERSON = concat!(person!(), " WHERE s.tenant_id = ?1 AND s.id = ?2");

    /// What happened with a person, the latest first: what they agreed to, what followed, what the owner noted. A row that
    /// changed since it was made tells both: what it was, and what it became.
    STORY = "
        WITH p AS (SELECT s.id, s.email_hash FROM audience_subscribers s WHERE s.id = ?2 AND s.tenant_id = ?1)
        SELECT * FROM (
          SELECT 'consent' AS kind, m.key AS status, iif(m.key = 'asked', '', c.consent_statement) AS text, m.value AS at
          FROM p JOIN audience_consent_events c ON c.subscriber_id = p.id
          JOIN json_each(iif(c.status = 'consented', json_object('asked', c.requested_at, 'consented', c.consented_at),
            json_object(c.status, c.requested_at))) m
          UNION ALL
          SELECT 'tag', a.status, t.label, a.updated_at
          FROM p JOIN audience_tag_assignments a ON a.subscriber_id = p.id JOIN audience_tags t ON t.id = a.tag_id
          UNION ALL
          SELECT 'sequence', m.key, q.title, m.value
          FROM p JOIN audience_sequence_enrollments e ON e.subscriber_id = p.id
          JOIN audience_sequences q ON q.id = e.sequence_id
          JOIN json_each(iif(e.status = 'unsubscribe_paused', json_object('noted', e.created_at, 'paused', e.updated_at),
            json_object('noted', e.created_at, 'anew', NULLIF(e.updated_at, e.created_at)))) m
          UNION ALL
          SELECT 'suppression', m.key, iif(m.key = 'left', COALESCE(x.reason, ''), ''), m.value
          FROM p JOIN audience_suppression_entries x ON x.tenant_id = ?1 AND x.email_hash = p.email_hash
          JOIN json_each(iif(x.status = 'lifted', json_object('left', x.created_at, 'back', x.updated_at),
            json_object('left', x.created_at, 'again', NULLIF(x.updated_at, x.created_at)))) m
          UNION ALL
          SELECT 'note', 'active', json_extract(n.fields_json, '$.noteBody'), n.created_at
          FROM p JOIN evidence_records n ON n.tenant_id = ?1
            AND json_extract(n.fields_json, '$.subscriberId') = p.id || '' AND +n.kind = 'crm_timeline_note')
        WHERE at IS NOT NULL
        ORDER BY at DESC LIMIT ?3";
}

/// Binds [`PEOPLE`], or [`FOUND`] when somebody is looked for. One row more than a page shows says that there are more.
pub fn people(tenant: &TenantId, wanted: &Wanted) -> Stmt {
    let Wanted { status, segment, tag, .. } = wanted;
    let (at, id) = wanted.after();
    let (rows, at) = (Value::Integer(AUDIENCE_PAGE_ROWS + 1), Value::Integer(at));
    if wanted.search.is_empty() {
        return stmt!(PEOPLE, tenant, status, segment, tag, at, id, rows);
    }
    stmt!(FOUND, tenant, status, segment, tag, at, id, rows, &wanted.search)
}

/// Binds [`PERSON`].
pub fn person(tenant: &TenantId, id: &str) -> Stmt {
    stmt!(PERSON, tenant, id)
}

/// Binds [`STORY`].
pub fn story(tenant: &TenantId, id: &str) -> Stmt {
    stmt!(STORY, tenant, id, Value::Integer(AUDIENCE_STORY_ROWS))
}
