use serde_json::{json, Value};

use crate::shop::{Seen, Shop};

const INTENTS: &str = "/api/admin/audience/import-intents";
const PREFLIGHTS: &str = "/api/admin/audience/import-preflights";

fn intent(key: &str) -> Value {
    json!({
        "workspaceId": "audience-automation-workspace-indie-launch", "sourceKind": "csv_upload",
        "sourceLabel": "Fair visitors Zq-label", "estimatedContactCount": 100, "estimatedNewContactCount": 60,
        "estimatedUpdateCount": 30, "estimatedSuppressedCount": 10, "idempotencyKey": key,
        "expectedWorkspaceRevisionId": "audience-automation-revision-indie-launch-2026-05-20",
        "expectedWorkspaceStatus": "draft", "confirmationText": "Record Bumpgrade audience import intent",
        "privateNote": "Zq-private-note",
    })
}

fn preflight(intent: &str, key: &str) -> Value {
    json!({
        "workspaceId": "audience-automation-workspace-indie-launch", "importIntentId": intent,
        "expectedImportIntentSourceLabel": "Fair visitors Zq-label", "totalContactsChecked": 100,
        "eligibleNewContactCount": 50, "eligibleUpdateCount": 20, "duplicateCount": 10, "suppressedCount": 10,
        "missingConsentCount": 5, "malformedCount": 5, "lawfulBasisCount": 95, "idempotencyKey": key,
        "expectedWorkspaceRevisionId": "audience-automation-revision-indie-launch-2026-05-20",
        "expectedWorkspaceStatus": "draft", "confirmationText": "Record Bumpgrade audience import preflight",
    })
}

fn with(mut body: Value, field: &str, value: Value) -> Value {
    body[field] = value;
    body
}

fn send(shop: &Shop, path: &str, body: &Value) -> Seen {
    shop.post_as(&shop.owner(), path, body)
}

fn recorded(shop: &Shop, path: &str, body: &Value, record: &str) -> String {
    let seen = send(shop, path, body);
    assert_eq!(seen.status, 201, "{}", seen.text);
    seen.json()[record]["id"].as_str().unwrap().to_owned()
}

#[test]
fn an_import_is_noted_as_counts_and_nobody_is_imported() {
    let shop = Shop::new();
    let first = send(&shop, INTENTS, &intent("import-key-0001"));
    insta::assert_snapshot!(first.shown());
    let id = first.json()["intent"]["id"].as_str().unwrap().to_owned();
    let second = send(&shop, PREFLIGHTS, &preflight(&id, "import-key-0002"));
    insta::assert_snapshot!(second.shown());
    assert_eq!(shop.count("SELECT COUNT(*) FROM audience_subscribers"), 0);
    let document = shop.get("/audience/source-data");
    for private in ["Zq-", "Fair visitors", "owner@example.test"] {
        assert!(!document.text.contains(private), "{private} is public");
    }
    assert!(!shop.dump().contains("Zq-private-note"), "a private note is kept as a hash");
    let document = document.json();
    assert_eq!(document["importIntents"]["counts"]["estimatedSuppressions"], 10);
    assert_eq!(document["importPreflights"]["counts"]["lawfulBasisContacts"], 95);
    assert_eq!(document["importIntents"]["sourceKinds"].as_array().unwrap().len(), 4);
    assert_eq!(document["importPreflights"]["workspace"]["status"], "draft");
    let columns =
        "SELECT source_label || source_kind || estimated_update_count FROM audience_import_intents WHERE ?1 <> ''";
    assert_eq!(shop.text(columns, "x"), "Fair visitors Zq-labelcsv_upload30");
}

#[test]
fn counts_that_do_not_add_up_are_refused() {
    let shop = Shop::new();
    let id = recorded(&shop, INTENTS, &intent("import-key-0003"), "intent");
    shop.owner();
    let before = shop.dump();
    let endless = || with(intent("import-key-0005"), "estimatedContactCount", json!(i64::MAX));
    let of = |field: &str, value: Value| with(preflight(&id, "import-key-0004"), field, value);
    for (path, body, status, code) in [
        (INTENTS, with(intent("import-key-0005"), "estimatedUpdateCount", json!(31)), 400, "invalid_request"),
        (INTENTS, with(intent("import-key-0005"), "estimatedUpdateCount", json!(i64::MAX)), 400, "invalid_request"),
        (INTENTS, endless(), 400, "invalid_request"),
        (INTENTS, with(intent("import-key-0005"), "estimatedUpdateCount", json!("3")), 400, "invalid_request"),
        (INTENTS, with(intent("import-key-0005"), "estimatedUpdateCount", json!(-1)), 400, "invalid_request"),
        (INTENTS, with(intent("import-key-0005"), "sourceKind", json!("fax")), 400, "invalid_request"),
        (INTENTS, with(intent("import-key-0005"), "sourceLabel", json!("l".repeat(121))), 400, "invalid_request"),
        (INTENTS, with(intent("import-key-0005"), "privateNote", json!("n".repeat(801))), 400, "invalid_request"),
        (INTENTS, with(intent("import-key-0005"), "workspaceId", json!("workspace-none")), 404, "workspace_not_found"),
        (
            INTENTS,
            with(intent("import-key-0005"), "expectedWorkspaceStatus", json!("live")),
            409,
            "stale_workspace_status",
        ),
        (PREFLIGHTS, of("malformedCount", json!(6)), 400, "aggregate_count_mismatch"),
        (PREFLIGHTS, of("lawfulBasisCount", json!(101)), 400, "aggregate_count_mismatch"),
        (PREFLIGHTS, of("totalContactsChecked", json!(101)), 400, "aggregate_count_mismatch"),
        (PREFLIGHTS, of("importIntentId", json!("audience-import-intent-none")), 404, "import_intent_not_found"),
        (PREFLIGHTS, of("expectedImportIntentSourceLabel", json!("Another")), 409, "import_intent_mismatch"),
        (PREFLIGHTS, of("expectedWorkspaceRevisionId", json!("r")), 409, "stale_workspace_revision"),
    ] {
        let seen = send(&shop, path, &body);
        assert_eq!((seen.status, seen.code().as_str()), (status, code), "{}", seen.text);
        assert_eq!(shop.dump(), before, "{code}");
    }
}

#[test]
fn counts_that_nobody_says_are_none() {
    let shop = Shop::new();
    let mut body = intent("import-key-0006");
    for name in ["estimatedNewContactCount", "estimatedUpdateCount"] {
        body.as_object_mut().unwrap().remove(name);
    }
    body["estimatedSuppressedCount"] = Value::Null;
    let first = send(&shop, INTENTS, &body);
    assert_eq!(first.json()["intent"]["estimatedNewContactCount"], 0);
    body["estimatedUpdateCount"] = json!(0);
    assert_eq!(send(&shop, INTENTS, &body).json()["duplicate"], true, "nothing said and none are one request");
}

#[test]
fn a_check_is_about_the_intent_that_it_names_as_long_as_the_workspace_is_the_same() {
    let shop = Shop::new();
    let older = recorded(&shop, INTENTS, &intent("import-key-0007"), "intent");
    let newer = recorded(&shop, INTENTS, &with(intent("import-key-0008"), "sourceLabel", json!("Newer")), "intent");
    let described = shop.get_as(&shop.owner(), PREFLIGHTS).json();
    assert_eq!(described["expected"]["importIntentId"], json!(newer), "the latest is proposed");
    recorded(&shop, PREFLIGHTS, &preflight(&older, "import-key-0009"), "preflight");
    shop.run_sql("UPDATE audience_workspaces SET status = 'live'");
    let asked = with(preflight(&older, "import-key-0010"), "expectedWorkspaceStatus", json!("live"));
    let seen = send(&shop, PREFLIGHTS, &asked);
    assert_eq!((seen.status, seen.code().as_str()), (409, "import_intent_mismatch"), "{}", seen.text);
    let elsewhere = shop.of_tenant("tenant-other").get_as(&shop.owner(), PREFLIGHTS);
    assert!(!elsewhere.text.contains(&newer), "another shop sees nothing of it");
}
