use rusqlite::Connection;

use crate::shop::{migrated, seed};

fn rows(connection: &Connection, sql: &str) -> Vec<String> {
    let mut statement = connection.prepare(sql).unwrap();
    let rows = statement.query_map([], |row| row.get(0)).unwrap();
    rows.map(Result::unwrap).collect()
}

fn tables(connection: &Connection) -> Vec<String> {
    rows(connection, "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name")
}

#[test]
fn every_table_is_strict() {
    let loose = rows(&migrated(), "SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'table' AND strict = 0 AND name NOT LIKE 'sqlite_%'");
    assert!(loose.is_empty(), "{loose:?}");
}

#[test]
fn every_owned_table_names_its_tenant() {
    /// The tenants themselves, and what belongs to the deployment as a whole.
    const NOT_OWNED: &[&str] = &[
        "tenants",
        "stripe_webhook_events",
        "stripe_refunded_charges",
        "stripe_disputed_payments",
        "job_runs",
        "user",
        "session",
        "account",
        "verification",
        "account_verification_emails",
        "rate_limits",
    ];
    let connection = migrated();
    for table in tables(&connection) {
        let columns = rows(&connection, &format!("SELECT name FROM pragma_table_info('{table}')"));
        let owned = columns.iter().any(|column| column == "tenant_id");
        assert_eq!(owned, !NOT_OWNED.contains(&table.as_str()), "{table}");
    }
}

#[test]
fn times_and_money_are_integers() {
    let connection = migrated();
    for table in tables(&connection) {
        let wrong = rows(
            &connection,
            &format!(
                "SELECT name FROM pragma_table_info('{table}')
                 WHERE type <> 'INTEGER' AND (name LIKE '%\\_at' ESCAPE '\\' OR name LIKE '%\\_cents' ESCAPE '\\')"
            ),
        );
        assert!(wrong.is_empty(), "{table}: {wrong:?}");
    }
}

#[test]
fn the_seed_breaks_no_reference_and_can_be_applied_twice() {
    let connection = migrated();
    let seed = seed();
    connection.execute_batch(&seed).unwrap();
    let count = |connection: &Connection| -> i64 {
        connection.query_row("SELECT total_changes()", [], |row| row.get(0)).unwrap()
    };
    let before = count(&connection);
    assert!(before > 50, "{before}");
    connection.execute_batch(&seed).unwrap();
    assert_eq!(count(&connection), before);
    assert!(rows(&connection, "SELECT \"table\" FROM pragma_foreign_key_check").is_empty());
}

#[test]
fn an_audit_row_cannot_be_changed_or_deleted() {
    let connection = migrated();
    connection
        .execute_batch(
            "INSERT INTO tenants VALUES ('tenant-a', 'a', 'A', 'active', 0, 0);
             INSERT INTO payment_audit_events (id, tenant_id, event_kind, actor_kind, summary, created_at)
             VALUES ('audit-1', 'tenant-a', 'x', 'y', 'z', 0);",
        )
        .unwrap();
    for change in ["DELETE FROM payment_audit_events", "UPDATE payment_audit_events SET summary = 'other'"] {
        assert!(connection.execute_batch(change).is_err(), "{change}");
    }
}
