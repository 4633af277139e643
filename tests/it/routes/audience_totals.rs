//! The totals of the audience are what a plain recount finds, whatever happens to the rows.

use proptest::prelude::*;

use crate::audience::assert_totals;
use crate::shop::{Shop, NOON};

const FORM: &str = "opt-in-form-indie-launch-waitlist";

/// One change of the rows of person `n`, as plain SQL.
fn change(what: u8, n: u8) -> String {
    let (id, hash) = (format!("subscriber-{n}"), format!("{n:064}"));
    match what {
        0 => format!(
            "INSERT INTO audience_subscribers (id, tenant_id, email, email_hash, status, source_form_id, created_at, updated_at)
             VALUES ('{id}', 'tenant-platform', '{n}@example.test', '{hash}', 'pending', '{FORM}', {NOON}, {NOON}) ON CONFLICT DO NOTHING"
        ),
        1 => format!(
            "INSERT INTO audience_consent_events (id, tenant_id, subscriber_id, form_id, consent_statement_id, consent_statement,
               consent_kind, status, idempotency_key, request_hash, token_hash, expires_at, requested_at)
             SELECT 'consent-{n}', tenant_id, id, source_form_id, 'consent-statement-indie-launch-waitlist-1', 'Yes.',
               'launch_follow_up', 'requested', 'key', 'hash', '{hash}', {NOON}, {NOON}
             FROM audience_subscribers WHERE id = '{id}' ON CONFLICT DO NOTHING"
        ),
        2 => format!(
            "UPDATE audience_consent_events SET status = 'consented', consented_at = {NOON} WHERE id = 'consent-{n}';
             UPDATE audience_subscribers SET status = 'subscribed', confirmed_at = {NOON},
               source_segment_id = 'segment-indie-launch-waitlist' WHERE id = '{id}'"
        ),
        3 => format!(
            "INSERT INTO audience_sequence_enrollments (id, tenant_id, subscriber_id, sequence_id, source_form_id, idempotency_key, created_at, updated_at)
             SELECT 'enrollment-{n}', tenant_id, id, 'sequence-indie-launch-nurture', source_form_id, 'key-{n}', {NOON}, {NOON}
             FROM audience_subscribers WHERE id = '{id}' ON CONFLICT DO NOTHING;
             INSERT INTO audience_tag_assignments (id, tenant_id, subscriber_id, tag_id, source_form_id, idempotency_key, created_at, updated_at)
             SELECT 'tag-{n}', tenant_id, id, 'tag-source-funnel-indie-launch', source_form_id, 'key-{n}', {NOON}, {NOON}
             FROM audience_subscribers WHERE id = '{id}' ON CONFLICT DO NOTHING"
        ),
        4 => format!(
            "INSERT INTO audience_suppression_entries (id, tenant_id, email_hash, subscriber_id, source_route, idempotency_key, request_hash, created_at, updated_at)
             VALUES ('suppression-{n}', 'tenant-platform', '{hash}', (SELECT id FROM audience_subscribers WHERE id = '{id}'),
               '/', 'key', 'hash', {NOON}, {NOON}) ON CONFLICT DO NOTHING"
        ),
        5 => format!(
            "UPDATE audience_subscribers SET status = 'unsubscribed' WHERE id = '{id}';
             UPDATE audience_sequence_enrollments SET status = 'unsubscribe_paused', next_step_id = NULL WHERE id = 'enrollment-{n}'"
        ),
        6 => format!("UPDATE audience_suppression_entries SET status = 'lifted' WHERE id = 'suppression-{n}'"),
        7 => format!(
            "UPDATE audience_sequence_enrollments SET status = 'draft_enrolled' WHERE id = 'enrollment-{n}';
             UPDATE audience_tag_assignments SET status = 'removed' WHERE id = 'tag-{n}'"
        ),
        8 => format!("DELETE FROM audience_suppression_entries WHERE id = 'suppression-{n}'"),
        _ => format!("DELETE FROM audience_subscribers WHERE id = '{id}'"),
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]

    #[test]
    fn totals_are_what_a_recount_finds(changes in proptest::collection::vec((0_u8..10, 0_u8..4), 1..60)) {
        let shop = Shop::new();
        for (what, n) in changes {
            shop.run_sql(&change(what, n));
        }
        assert_totals(&shop);
    }
}

#[test]
fn a_consent_statement_is_never_reworded() {
    let shop = Shop::new();
    let reworded = shop.db.connection.borrow().execute("UPDATE audience_consent_statements SET statement = 'Yes.'", []);
    assert!(reworded.unwrap_err().to_string().contains("never reworded"));
}
