use bumpgrade::db::Query;
use rusqlite::Connection;

use crate::shop::{migrated, migrations};

fn every_statement() -> Vec<(&'static str, &'static Query)> {
    let features: &[(&str, &[&'static Query])] = &[
        ("account", bumpgrade::account::sql::ALL),
        ("account link", bumpgrade::account::link::sql::ALL),
        ("audience join", bumpgrade::audience::join::sql::ALL),
        ("audience leave", bumpgrade::audience::leave::sql::ALL),
        ("audience own", bumpgrade::audience::own::sql::ALL),
        ("mail", bumpgrade::mail::sql::ALL),
        ("catalog", bumpgrade::catalog::sql::ALL),
        ("checkout", bumpgrade::checkout::sql::ALL),
        ("confirm", bumpgrade::confirm::sql::ALL),
        ("post_purchase", bumpgrade::post_purchase::sql::ALL),
        ("post_purchase truths", bumpgrade::post_purchase::sql::truths::ALL),
        ("subscription", bumpgrade::subscription::sql::ALL),
        ("membership", bumpgrade::membership::sql::ALL),
        ("payment", bumpgrade::payment::sql::ALL),
        ("access", bumpgrade::access::sql::ALL),
        ("billing", bumpgrade::billing::sql::ALL),
        ("commerce", bumpgrade::commerce::sql::ALL),
        ("affiliate clicks", bumpgrade::affiliate::click::sql::ALL),
        ("affiliate ledger", bumpgrade::affiliate::ledger::sql::ALL),
        ("affiliate truths", bumpgrade::affiliate::ledger::sql::truths::ALL),
        ("affiliate program", bumpgrade::affiliate::program::sql::ALL),
        ("evidence", bumpgrade::evidence::sql::ALL),
        ("notifications", bumpgrade::insight::notification::sql::ALL),
        ("notification truths", bumpgrade::insight::notification::sql::truths::ALL),
        ("decisions", bumpgrade::insight::decision::sql::ALL),
        ("decision truths", bumpgrade::insight::decision::sql::truths::ALL),
        ("affiliate evidence", bumpgrade::affiliate::evidence::sql::ALL),
        ("affiliate evidence truths", bumpgrade::affiliate::evidence::sql::truths::ALL),
        ("affiliate desk", bumpgrade::affiliate::desk::sql::ALL),
        ("audience document", bumpgrade::audience::document::sql::ALL),
        ("audience evidence", bumpgrade::audience::evidence::sql::ALL),
        ("audience evidence truths", bumpgrade::audience::evidence::sql::truths::ALL),
        ("audience desk", bumpgrade::audience::desk::sql::ALL),
        ("audience broadcasts", bumpgrade::audience::broadcast::sql::ALL),
        ("product", bumpgrade::product::sql::ALL),
        ("product uploads", bumpgrade::product::upload::sql::ALL),
        ("product upload truths", bumpgrade::product::upload::sql::truths::ALL),
        ("product revocations", bumpgrade::product::revocation::sql::ALL),
        ("product revocation truths", bumpgrade::product::revocation::sql::truths::ALL),
        ("insight", bumpgrade::insight::sql::ALL),
        ("insight reports", bumpgrade::insight::report::sql::ALL),
        ("insight events", bumpgrade::insight::event::sql::ALL),
        ("insight assignments", bumpgrade::insight::assignment::sql::ALL),
        ("site", bumpgrade::site::ALL),
    ];
    features.iter().flat_map(|(feature, all)| all.iter().map(move |query| (*feature, *query))).collect()
}

/// Tables that grow with every visitor, so no statement may read them from end to end.
const GROWING: &[&str] = &[
    "checkout_intents",
    "checkout_line_items",
    "stripe_webhook_events",
    "payment_audit_events",
    "product_entitlements",
    "product_fulfillment_tasks",
    "product_download_tokens",
    "evidence_records",
    "product_asset_uploads",
    "product_entitlement_revocation_intents",
    "checkout_post_purchase_decisions",
    "affiliate_referral_clicks",
    "checkout_referral_attributions",
    "affiliate_commission_ledger_entries",
    "affiliate_commission_ledger_lines",
    "affiliate_commission_ledger_actions",
    "user",
    "session",
    "account",
    "verification",
    "account_verification_emails",
    "rate_limits",
    "mail_outbox",
    "billing_subscriptions",
    "stripe_refunded_charges",
    "stripe_disputed_payments",
    "publisher_plan_entitlements",
    "analytics_events",
    "analytics_visits",
    "analytics_source_visitors",
    "analytics_experiment_assignments",
    "audience_subscribers",
    "audience_consent_events",
    "audience_tag_assignments",
    "audience_sequence_enrollments",
    "audience_suppression_entries",
    "audience_data_requests",
];

#[test]
fn every_statement_is_prepared_against_the_migrated_schema() {
    let connection = migrated();
    for (feature, query) in every_statement() {
        connection.prepare(query.sql).unwrap_or_else(|error| panic!("{feature} {}: {error}", query.name));
    }
    assert!(every_statement().len() > 30);
}

#[test]
fn a_statement_that_d1_would_refuse_is_refused_here() {
    let connection = migrated();
    let too_many = |count: usize, one: &str, between: &str| vec![one; count].join(between);
    assert!(connection.prepare(&format!("SELECT json_array({})", too_many(32, "1", ", "))).is_ok());
    assert!(connection.prepare(&format!("SELECT json_array({})", too_many(33, "1", ", "))).is_err());
    assert!(connection.prepare(&too_many(6, "SELECT 1", " UNION ALL ")).is_err());
}

#[test]
fn no_statement_scans_a_table_that_grows() {
    let connection = migrated();
    for (feature, query) in every_statement() {
        let steps = plan_of(&connection, query);
        for step in &steps {
            let Some(rest) = step.strip_prefix("SCAN ") else {
                continue;
            };
            let alias = rest.split(' ').next().unwrap();
            let table = table_of(query.sql, alias);
            // `EXISTS (SELECT 1 FROM t)` stops at the first row.
            let one_row = query.name == "READY";
            assert!(one_row || !GROWING.contains(&table.as_str()), "{feature} {}: {step} in {steps:#?}", query.name);
        }
    }
}

/// Statements that mean to go through the rows of a shop: totals of the documents, and the newest rows of the owner's
/// pages, which stop at a limit.
const WHOLE_SHOP: &[&str] = &[
    "ATTRIBUTION_TOTALS",
    "LEDGER_TOTALS",
    "ACTION_TOTALS",
    "PARTNER_ACTION_TOTALS",
    "DECISION_COUNTS",
    "COUNTS",
    "CREDITS",
    "CREDIT_LINES",
    "UNCREDITED",
    "SKIPPED",
    "NEWEST_ENTITLEMENTS",
    "NEWEST_UPLOADS",
    "RECORDS",
    "PUBLISHED",
    "SOMEBODY",
    "RECORD_NOTE",
];

#[test]
fn no_statement_reads_every_row_of_a_shop_to_find_one() {
    let connection = migrated();
    for (feature, query) in every_statement() {
        let steps = plan_of(&connection, query);
        for step in steps.iter().filter(|step| step.starts_with("SEARCH ") && step.ends_with("(tenant_id=?)")) {
            let alias = step.split(' ').nth(1).unwrap();
            let table = table_of(query.sql, alias);
            let meant = WHOLE_SHOP.contains(&query.name);
            assert!(meant || !GROWING.contains(&table.as_str()), "{feature} {}: {step} in {steps:#?}", query.name);
        }
    }
}

#[test]
fn notes_about_a_person_are_found_by_whom_they_are_about() {
    let connection = migrated();
    let about = |query: &Query| query.sql.contains("_json, '$.subscriberId') = ");
    let all: Vec<_> = every_statement().into_iter().filter(|(_, query)| about(query)).collect();
    assert!(all.len() > 4);
    for (feature, query) in all {
        let steps = plan_of(&connection, query);
        let found = steps.iter().any(|step| step.contains("evidence_records_by_subscriber"));
        assert!(found, "{feature} {}: {steps:#?}", query.name);
    }
}

/// How SQLite means to go about a statement, step by step.
fn plan_of(connection: &Connection, query: &Query) -> Vec<String> {
    let mut plan = connection.prepare(&format!("EXPLAIN QUERY PLAN {}", query.sql)).unwrap();
    let count = plan.parameter_count();
    let values = rusqlite::params_from_iter(std::iter::repeat_n("[]", count));
    let steps = plan.query_map(values, |row| row.get(3)).unwrap();
    steps.map(Result::unwrap).collect()
}

/// The table behind an alias: the word before it in the statement, or the alias itself.
fn table_of(sql: &str, alias: &str) -> String {
    let words: Vec<&str> =
        sql.split(|c: char| !c.is_ascii_alphanumeric() && c != '_').filter(|word| !word.is_empty()).collect();
    let named = |pair: &[&str]| pair[1] == alias && GROWING.contains(&pair[0]);
    words.windows(2).find(|pair| named(pair)).map_or(alias, |pair| pair[0]).to_owned()
}

#[test]
fn migrations_are_numbered_one_after_another() {
    for (index, (name, _)) in migrations().iter().enumerate() {
        assert!(name.starts_with(&format!("{:04}_", index + 1)), "{name}");
    }
}
