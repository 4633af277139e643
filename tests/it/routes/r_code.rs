use crate::partner::DAY;
use crate::shop::{Seen, Shop};

const LINK: &str = "/r/LAUNCHCIRCLE";
const PERSON: (&str, &str) = ("user-agent", "Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0");

fn follow(shop: &Shop, path: &str, headers: &[(&str, &str)]) -> Seen {
    let mut all = vec![PERSON];
    all.extend_from_slice(headers);
    shop.send("GET", path, &all, b"")
}

fn clicks(shop: &Shop) -> i64 {
    shop.count("SELECT COUNT(*) FROM affiliate_referral_clicks")
}

/// The `Cookie` header of a browser that was sent this answer.
fn kept(seen: &Seen) -> String {
    seen.header("set-cookie").split(';').next().unwrap().to_owned()
}

/// A second partner with a link of its own to the same page.
fn another_partner(shop: &Shop) {
    shop.run_sql(
        "INSERT INTO affiliate_partners (id, tenant_id, display_name, status, public_profile, created_at, updated_at)
           VALUES ('partner-two', 'tenant-platform', 'Two', 'approved', 'Another partner.', 0, 0);
         INSERT INTO affiliate_partner_approvals VALUES ('partner-two', 'affiliate-program-indie-launch-partners', 'tenant-platform', 0);
         INSERT INTO affiliate_referral_links (id, tenant_id, program_id, partner_id, code, status, destination_route,
             landing_route, attribution_rule_id, utm_source, position, created_at, updated_at)
           SELECT 'ref-link-two', tenant_id, program_id, 'partner-two', 'TWO', 'active', destination_route,
             landing_route, attribution_rule_id, 'two', 2, 0, 0
           FROM affiliate_referral_links WHERE code = 'LAUNCHCIRCLE';
         INSERT INTO affiliate_referral_link_offers
           SELECT 'ref-link-two', offer_id, tenant_id, position FROM affiliate_referral_link_offers
           WHERE referral_link_id = 'ref-link-launch-circle-waitlist';",
    );
}

#[test]
fn a_link_counts_the_visit_remembers_it_and_leads_to_the_offer() {
    let shop = Shop::new();
    let mut seen = None;
    assert_eq!(shop.calls_during(|shop| seen = Some(follow(shop, LINK, &[]))), 1);
    let seen = seen.unwrap();
    assert_eq!((seen.status, seen.header("location")), (303, "/offers/indie-launch-stack"));
    assert_eq!(seen.header("cache-control"), "no-store");
    let cookie = seen.header("set-cookie");
    let id = shop.text("SELECT id FROM affiliate_referral_clicks WHERE source = ?1", "link");
    assert_eq!(cookie, format!("bumpgrade-referral={id}; Path=/; Max-Age=2592000; HttpOnly; SameSite=Lax"));
    let offer = shop.send("GET", seen.header("location"), &[("cookie", &kept(&seen))], b"").text;
    assert!(offer.contains(&format!(r#"name="referralClickId" value="{id}""#)));
    assert!(!shop.page("/offers/indie-launch-stack").text.contains("referralClickId"));
    let secure = follow(
        &Shop::with_settings(&[
            ("PUBLIC_SITE_URL", "https://shop.example"),
            ("BETTER_AUTH_SECRET", crate::shop::AUTH_SECRET),
        ]),
        "https://shop.example/r/launchcircle",
        &[],
    );
    assert!(secure.header("set-cookie").ends_with("; HttpOnly; SameSite=Lax; Secure"));
}

#[test]
fn robots_fetches_ahead_and_heads_are_led_on_without_being_counted() {
    let shop = Shop::new();
    for headers in [
        &[("user-agent", "Slackbot-LinkExpanding 1.0")] as &[_],
        &[("user-agent", "facebookexternalhit/1.1")],
        &[("user-agent", "Mozilla/5.0 (compatible; Googlebot/2.1)")],
        &[("user-agent", "curl/8.5.0")],
        &[("user-agent", "")],
        &[],
        &[PERSON, ("sec-purpose", "prefetch;prerender")],
        &[PERSON, ("purpose", "prefetch")],
        &[PERSON, ("x-moz", "prefetch")],
        &[PERSON, ("x-purpose", "preview")],
        &[PERSON, ("sec-fetch-dest", "image"), ("sec-fetch-mode", "no-cors")],
        &[PERSON, ("sec-fetch-dest", "iframe"), ("sec-fetch-mode", "navigate")],
        &[PERSON, ("sec-fetch-dest", "document"), ("sec-fetch-mode", "cors")],
        &[PERSON, ("sec-fetch-dest", "empty")],
    ] {
        let before = shop.changes();
        let seen = shop.send("GET", LINK, headers, b"");
        assert_eq!((seen.status, seen.header("set-cookie")), (303, ""), "{headers:?}");
        assert_eq!(shop.changes(), before, "{headers:?}");
    }
    let head = shop.send("HEAD", LINK, &[PERSON], b"");
    assert_eq!(
        (head.status, head.header("location"), head.header("set-cookie")),
        (303, "/offers/indie-launch-stack", "")
    );
    assert_eq!(clicks(&shop), 0);
    follow(&shop, LINK, &[("sec-fetch-dest", "document"), ("sec-fetch-mode", "navigate")]);
    assert_eq!(clicks(&shop), 1, "a page that is opened is a visit");
}

#[test]
fn a_reload_is_the_same_visit_and_a_later_visit_is_another() {
    let shop = Shop::new();
    let cookie = kept(&follow(&shop, LINK, &[]));
    for _ in 0..3 {
        let again = follow(&shop, LINK, &[("cookie", &cookie)]);
        assert_eq!((again.status, again.header("set-cookie")), (303, ""));
    }
    assert_eq!(clicks(&shop), 1);
    shop.clock.0.set(shop.clock.0.get() + 1_800);
    follow(&shop, LINK, &[("cookie", &cookie)]);
    assert_eq!(clicks(&shop), 2);
    assert_eq!(shop.count("SELECT total_clicks FROM affiliate_click_totals"), 2);
}

#[test]
fn the_first_click_is_kept_until_its_window_ends_and_the_last_where_the_rule_says_so() {
    let shop = Shop::new();
    another_partner(&shop);
    let first = kept(&follow(&shop, LINK, &[]));
    let second = follow(&shop, "/r/two", &[("cookie", &first)]);
    assert_eq!((second.status, second.header("set-cookie")), (303, ""), "the first click stays");
    assert_eq!(clicks(&shop), 2, "and the second is counted all the same");

    shop.clock.0.set(shop.clock.0.get() + 30 * DAY - 1);
    assert_eq!(follow(&shop, "/r/two", &[("cookie", &first)]).header("set-cookie"), "");
    shop.clock.0.set(shop.clock.0.get() + 1);
    let after = follow(&shop, "/r/two", &[("cookie", &first)]);
    assert!(after.header("set-cookie").starts_with("bumpgrade-referral=referral-click-"), "its window is over");

    shop.run_sql("UPDATE affiliate_attribution_rules SET model = 'last_click' WHERE window_days > 0");
    let last = follow(&shop, LINK, &[("cookie", &kept(&after))]);
    assert!(last.header("set-cookie").starts_with("bumpgrade-referral=referral-click-"));
}

#[test]
fn the_first_click_stays_whichever_of_the_offer_s_pages_the_second_link_leads_to() {
    let shop = Shop::new();
    another_partner(&shop);
    let route = |route: &str| {
        shop.run_sql(&format!("UPDATE affiliate_referral_links SET destination_route = '{route}' WHERE code = 'TWO'"));
    };
    let first = kept(&follow(&shop, LINK, &[]));
    route("/offers/indie-launch-stack");
    assert_eq!(follow(&shop, "/r/two", &[("cookie", &first)]).header("set-cookie"), "", "the same offer");
    let slug = shop.text("SELECT slug FROM offer_stacks WHERE slug <> ?1 LIMIT 1", "indie-launch-stack");
    route(&format!("/offers/{slug}"));
    let other = follow(&shop, "/r/two", &[("cookie", &first)]);
    assert!(other.header("set-cookie").starts_with("bumpgrade-referral=referral-click-"), "another offer");
}

#[test]
fn a_click_that_credits_nobody_takes_no_other_s_place() {
    let shop = Shop::new();
    another_partner(&shop);
    shop.run_sql(
        "UPDATE affiliate_referral_links SET code = 'BYHAND', attribution_rule_id =
           (SELECT id FROM affiliate_attribution_rules WHERE model = 'manual_review') WHERE code = 'TWO'",
    );
    let first = kept(&follow(&shop, LINK, &[]));
    assert_eq!(follow(&shop, "/r/byhand", &[("cookie", &first)]).header("set-cookie"), "", "the first click stays");
    assert_eq!(follow(&shop, "/r/byhand", &[]).header("set-cookie"), "", "and there is nothing to keep");
    assert_eq!(clicks(&shop), 3, "though the visits are counted");
}

#[test]
fn a_cookie_that_is_no_click_does_no_harm() {
    let shop = Shop::new();
    for cookie in
        ["bumpgrade-referral=", "bumpgrade-referral=x", "other=1; bumpgrade-referral=referral-click-'--", "=;;"]
    {
        let seen = follow(&shop, LINK, &[("cookie", cookie)]);
        assert!(seen.status == 303 && !seen.header("set-cookie").is_empty(), "{cookie}");
        assert_eq!(shop.send("GET", "/offers/indie-launch-stack", &[("cookie", cookie)], b"").status, 200);
    }
}

#[test]
fn a_code_that_is_no_link_is_a_page_that_says_so() {
    let shop = Shop::new();
    for path in ["/r/NOBODY", "/r/TEMPLATESTUDIO", "/r/%27%20OR%201", "/r/L%C3%A4UNCH"] {
        let seen = shop.send("GET", path, &[PERSON, ("accept", "text/html")], b"");
        assert_eq!(seen.status, 404, "{path}");
        assert!(seen.text.contains("Nothing here"));
    }
    assert_eq!(clicks(&shop), 0);
}
