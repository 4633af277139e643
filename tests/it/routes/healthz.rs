use crate::shop::Shop;

#[test]
fn the_shop_says_that_it_is_ready_and_which_version_answers() {
    let seen = Shop::new().get("/healthz");
    assert_eq!((seen.status, seen.text.as_str()), (200, r#"{"ok":true,"version":"0.1.0"}"#));
}

#[test]
fn a_database_without_its_migrations_is_not_ready_and_the_cause_stays_in_the_log() {
    let shop = Shop::new();
    shop.run_sql("PRAGMA foreign_keys = off; DROP TABLE product_download_tokens;");
    let seen = shop.get("/healthz");
    assert_eq!((seen.status, seen.code().as_str()), (503, "unavailable"));
    assert!(!seen.text.contains("product_download_tokens"), "{}", seen.text);
    let log = seen.log.clone().expect("one line");
    assert!(log.contains("no such table: product_download_tokens"), "{log}");
    let id = seen.json()["correlationId"].as_str().unwrap().to_owned();
    assert!(log.contains(&id), "{log} lacks {id}");
}

#[test]
fn a_database_without_a_shop_is_not_ready() {
    let shop = Shop::new();
    shop.run_sql("UPDATE tenants SET status = 'suspended'");
    let seen = shop.get("/healthz");
    assert_eq!((seen.status, seen.code().as_str()), (503, "shop_not_set_up"));
}

#[test]
fn a_deployment_that_lacks_a_binding_answers_quietly_and_with_every_header() {
    let (reply, line) = bumpgrade::http::failure::not_set_up("the D1 binding DB is missing", "audit-1");
    assert_eq!(reply.status, 503);
    for name in ["content-security-policy", "strict-transport-security", "x-content-type-options", "referrer-policy"] {
        assert!(reply.headers.iter().any(|(known, _)| *known == name), "{name}");
    }
    let bumpgrade::http::Body::Json(text) = reply.body else { panic!("JSON") };
    assert!(text.contains("audit-1") && !text.contains("DB"), "{text}");
    assert!(line.0.contains("the D1 binding DB is missing") && line.0.contains("audit-1"), "{}", line.0);
}
