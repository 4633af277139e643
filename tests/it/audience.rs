//! What the audience tests share: totals recounted from the rows themselves.

use crate::shop::Shop;

/// Every total that the triggers keep, beside what a plain recount finds; both sides must read the same.
const TOTALS: &[(&str, &str)] = &[
    (
        "SELECT json_group_array(json_array(subject, id, status, total) ORDER BY subject, id, status)
         FROM audience_totals WHERE total <> 0",
        "SELECT json_group_array(json_array(subject, id, status, total) ORDER BY subject, id, status) FROM (
           SELECT 'subscriber' AS subject, source_form_id AS id, status, COUNT(*) AS total
             FROM audience_subscribers GROUP BY 2, 3
           UNION ALL SELECT 'consent', consent_kind, status, COUNT(*) FROM audience_consent_events GROUP BY 2, 3
           UNION ALL SELECT 'tag', tag_id, status, COUNT(*) FROM audience_tag_assignments GROUP BY 2, 3
           UNION ALL SELECT 'sequence', sequence_id, status, COUNT(*) FROM audience_sequence_enrollments GROUP BY 2, 3
           UNION ALL SELECT 'suppression', suppression_kind, status, COUNT(*) FROM audience_suppression_entries GROUP BY 2, 3)",
    ),
    (
        "SELECT json_group_array(json_array(source_form_id, source_segment_id, status, has_consent, is_suppressed, total)
           ORDER BY status, has_consent, is_suppressed, source_segment_id)
         FROM audience_subscriber_totals WHERE total <> 0",
        "SELECT json_group_array(json_array(form, segment, status, consent, held, total)
           ORDER BY status, consent, held, segment)
         FROM (SELECT s.source_form_id AS form, COALESCE(s.source_segment_id, '') AS segment, s.status,
             EXISTS (SELECT 1 FROM audience_consent_events c WHERE c.subscriber_id = s.id AND c.status = 'consented') AS consent,
             EXISTS (SELECT 1 FROM audience_suppression_entries x
               WHERE x.email_hash = s.email_hash AND x.status = 'active') AS held, COUNT(*) AS total
           FROM audience_subscribers s GROUP BY 1, 2, 3, 4, 5)",
    ),
    (
        "SELECT json_group_array(json_array(sequence_id, status, subscriber_status, has_consent, is_suppressed, total)
           ORDER BY status, subscriber_status, has_consent, is_suppressed)
         FROM audience_enrollment_totals WHERE total <> 0",
        "SELECT json_group_array(json_array(sequence_id, status, who, consent, held, total)
           ORDER BY status, who, consent, held)
         FROM (SELECT e.sequence_id, e.status, s.status AS who,
             EXISTS (SELECT 1 FROM audience_consent_events c WHERE c.subscriber_id = s.id AND c.status = 'consented') AS consent,
             EXISTS (SELECT 1 FROM audience_suppression_entries x
               WHERE x.email_hash = s.email_hash AND x.status = 'active') AS held, COUNT(*) AS total
           FROM audience_sequence_enrollments e JOIN audience_subscribers s ON s.id = e.subscriber_id GROUP BY 1, 2, 3, 4, 5)",
    ),
];

/// Holds the totals against the rows.
pub fn assert_totals(shop: &Shop) {
    for (kept, counted) in TOTALS {
        assert_eq!(
            shop.text(&format!("{kept} AND ?1 <> ''"), "x"),
            shop.text(&format!("{counted} WHERE ?1 <> ''"), "x")
        );
    }
}
