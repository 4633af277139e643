use crate::partner::{buy, charge, click, ledger, start, DAY};
use crate::shop::Shop;

const DESK: &str = "/admin/affiliates";
const PROGRAM: &str = "/affiliates/indie-launch-partners";

fn desk(shop: &Shop) -> String {
    let seen = shop.send("GET", DESK, &[("cookie", &shop.owner()), ("accept", "text/html")], b"");
    assert_eq!(seen.status, 200, "{}", seen.text);
    seen.text
}

/// The text of a page without its tags.
fn words(page: &str) -> String {
    let mut text = String::new();
    let mut inside = false;
    for letter in page.chars() {
        match letter {
            '<' => inside = true,
            '>' => {
                inside = false;
                text.push(' ');
            }
            _ if !inside => text.push(letter),
            _ => {}
        }
    }
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[test]
fn the_program_page_says_what_counts_what_it_earns_and_when() {
    let seen = Shop::new().page(PROGRAM);
    insta::assert_snapshot!(words(&seen.text));
    assert_eq!(Shop::new().page("/affiliates/unknown").status, 404);
}

#[test]
fn the_program_page_follows_the_rows() {
    let shop = Shop::new();
    shop.run_sql(
        "UPDATE affiliate_programs SET status = 'paused';
         UPDATE affiliate_attribution_rules SET window_days = 7, model = 'last_click' WHERE window_days = 30;
         UPDATE affiliate_commission_rules SET rate_bps = 1250, hold_days = 21 WHERE kind = 'percentage';",
    );
    let text = words(&shop.page(PROGRAM).text).replace('\u{a0}', " ");
    for part in ["Paused", "The last click counts for 7 days", "12.5 %", "waits 21 days", "There are no partners yet"] {
        assert!(text.contains(part), "{part} in {text}");
    }
    shop.run_sql("DELETE FROM affiliate_commission_rules");
    assert!(shop.page(PROGRAM).text.contains("No commission is set yet"));
}

#[test]
fn the_desk_is_for_owners_and_has_something_to_say_when_it_is_empty() {
    let shop = Shop::new();
    assert_eq!(shop.page(DESK).status, 401);
    let text = desk(&shop);
    for part in ["No commission yet.", "Every order by a partner link has its commission.", "Partner under review"] {
        assert!(text.contains(part), "{part}");
    }
    shop.run_sql("INSERT INTO tenants VALUES ('tenant-empty', 'empty', 'Empty', 'active', 0, 0)");
    let empty = shop.of_tenant("tenant-empty");
    let cookie = empty.owner();
    let seen = empty.send("GET", DESK, &[("cookie", &cookie), ("accept", "text/html")], b"");
    assert!(seen.status != 200 || seen.text.contains("No partner has a link yet."));
}

#[test]
fn the_desk_explains_every_commission_and_every_order_without_one() {
    let shop = Shop::new();
    let kept = buy(&shop, "key-of-desk");
    let late = click(&shop, "click-too-late");
    shop.clock.0.set(shop.clock.0.get() + 30 * DAY);
    let form = format!(
        "confirmationText={}&idempotencyKey=form-of-desk&referralClickId={late}",
        crate::shop::CONFIRMATION.replace(' ', "+")
    );
    assert_eq!(shop.form("/api/commerce/checkout", &form).status, 303);
    start(&shop, "key-unpaid-desk", &click(&shop, "click-of-desk"));
    let text = words(&desk(&shop));
    insta::assert_snapshot!(text.replace(&ledger(&shop, &kept), "LEDGER"));
    let calls = shop.calls_during(|shop| drop(desk(shop)));
    assert_eq!(calls, 2, "the session and one read batch");
}

#[test]
fn a_decision_by_the_form_of_the_desk_goes_back_to_it_and_the_form_is_gone_after_a_reversal() {
    let shop = Shop::new();
    let intent = buy(&shop, "key-by-form");
    let page = desk(&shop);
    assert!(page.contains("name=\"publicReason\"") && !page.contains("label for=\"affiliate-commission-action-reason"));
    let field = |name: &str| {
        let at = page.find(&format!("name=\"{name}\" value=\"")).unwrap();
        page[at..].split('"').nth(3).unwrap().to_owned()
    };
    let body = format!(
        "idempotencyKey={}&commissionLedgerId={}&expectedUpdatedAt={}&reason=&actionKind=reverse_evidence\
         &publicReason=Refunded+by+hand&privateReason=&confirmationText={}",
        field("idempotencyKey"),
        field("commissionLedgerId"),
        field("expectedUpdatedAt"),
        "Apply owner review action to Bumpgrade commission ledger evidence".replace(' ', "+")
    );
    let owner = shop.owner();
    let seen = shop.form_as(&owner, "/api/admin/affiliates/commission-ledger/actions", &body);
    assert_eq!(
        (seen.status, seen.header("location")),
        (303, "/admin/affiliates?done=commission_review_action_recorded")
    );
    let seen = shop.send("GET", seen.header("location"), &[("cookie", &owner), ("accept", "text/html")], b"");
    for part in ["Reversed by you", "Refunded by hand", "The decision about the commission is recorded."] {
        assert!(seen.text.contains(part), "{part}");
    }
    assert!(!seen.text.contains("class=\"decide\""), "a reversal is final");
    shop.deliver(&charge(&shop, "evt_after_form", &intent, true));
    assert!(desk(&shop).contains("Reversed by you"));
}
