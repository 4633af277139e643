use crate::shop::{Shop, FILE};

#[test]
fn a_token_opens_its_file_once() {
    let shop = Shop::new();
    let intent = shop.buy("key-download");
    let url = shop.token(&intent);
    let mut seen = None;
    assert_eq!(shop.calls_during(|shop| seen = Some(shop.get(&url))), 1);
    let seen = seen.unwrap();
    assert_eq!((seen.status, seen.text.as_bytes()), (200, FILE));
    insta::assert_snapshot!(seen
        .headers
        .iter()
        .map(|(name, value)| format!("{name}: {value}"))
        .collect::<Vec<_>>()
        .join("\n"));
    let again = shop.get(&url);
    insta::assert_snapshot!(again.shown());
    assert_eq!(
        shop.count("SELECT COUNT(*) FROM payment_audit_events WHERE event_kind = 'product_download_started'"),
        1
    );
}

#[test]
fn head_looks_and_does_not_use_the_token_up() {
    let shop = Shop::new();
    let intent = shop.buy("key-head");
    let url = shop.token(&intent);
    let before = shop.changes();
    let seen = shop.send("HEAD", &url, &[], b"");
    assert_eq!((seen.status, seen.text.as_str(), shop.changes()), (200, "", before));
    assert_eq!(shop.get(&url).status, 200);
    assert_eq!(shop.send("HEAD", &url, &[], b"").status, 410);
}

#[test]
fn a_token_ends_900_seconds_after_it_was_made() {
    for (later, status) in [(900, 200), (901, 410)] {
        let shop = Shop::new();
        let intent = shop.buy("key-expiry");
        let url = shop.token(&intent);
        shop.clock.0.set(shop.clock.0.get() + later);
        let seen = shop.get(&url);
        assert_eq!(seen.status, status, "{later}");
        if status == 410 {
            assert_eq!(seen.code(), "token_expired");
            assert_eq!(
                shop.text(
                    "SELECT status FROM product_download_tokens WHERE asset_id = ?1",
                    "asset-launch-checklist-pdf"
                ),
                "expired"
            );
        }
    }
}

#[test]
fn what_changed_since_the_token_was_made_counts() {
    for change in [
        "UPDATE product_entitlements SET status = 'inactive'",
        "UPDATE checkout_intents SET status = 'payment_failed'",
        "DELETE FROM access_product_assets",
        "UPDATE product_download_tokens SET product_id = 'product-launch-bundle'",
    ] {
        let shop = Shop::new();
        let intent = shop.buy("key-changed");
        let url = shop.token(&intent);
        shop.run_sql(change);
        assert_eq!(shop.send("HEAD", &url, &[], b"").status, 409, "{change}");
        let seen = shop.get(&url);
        assert_eq!((seen.status, seen.code().as_str()), (409, "access_changed"), "{change}");
        assert_eq!(shop.count("SELECT COUNT(*) FROM product_download_tokens WHERE used_at IS NOT NULL"), 0);
    }
}

#[test]
fn a_guess_or_a_fragment_is_not_a_token() {
    let shop = Shop::new();
    for (token, status) in [
        ("", 400),
        ("download-token-1", 400),
        ("download-token-zzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzz", 400),
        ("download-token-000000000000000000000000000000000000", 404),
    ] {
        let seen = shop.get(&format!("/api/products/downloads?token={token}"));
        assert_eq!(seen.status, status, "{token}");
        assert_eq!(seen.json()["ok"], false);
    }
    assert_eq!(shop.get("/api/products/downloads").status, 400);
}

#[test]
fn a_file_that_cannot_be_read_gives_the_use_back() {
    let shop = Shop::new();
    let intent = shop.buy("key-broken-file");
    let url = shop.token(&intent);
    shop.files.broken.set(true);
    let seen = shop.get(&url);
    assert_eq!((seen.status, seen.code().as_str()), (503, "unavailable"));
    assert!(!seen.log.unwrap().contains("products/fixtures"), "the log names no object key");
    shop.files.broken.set(false);
    assert_eq!(shop.get(&url).status, 200);

    let url = shop.token(&intent);
    let kept = shop.files.content.take();
    assert_eq!(shop.get(&url).status, 503);
    shop.files.content.replace(kept);
    assert_eq!(shop.get(&url).status, 200);
}

#[test]
fn a_browser_gets_a_page_for_a_used_link() {
    let shop = Shop::new();
    let intent = shop.buy("key-used-page");
    let url = shop.token(&intent);
    shop.get(&url);
    let seen = shop.page(&url);
    assert_eq!(seen.status, 410);
    assert!(seen.text.contains("This link was used"), "{}", seen.text);
}

#[test]
fn a_program_may_send_the_token_as_a_bearer() {
    let shop = Shop::new();
    let intent = shop.buy("key-bearer");
    let token = shop.token(&intent).replace("/api/products/downloads?token=", "");
    let send = |value: &str| shop.send("GET", "/api/products/downloads", &[("authorization", value)], b"").status;
    assert_eq!(send(&token), 400);
    assert_eq!(send(&format!("Bearer {token}")), 200);
    assert_eq!(send(&format!("Bearer {token}")), 410);
}
