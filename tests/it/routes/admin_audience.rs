use serde_json::json;

use crate::audience::{ANA, LEAVE};
use crate::reader::{joined, left, pending, suppressed};
use crate::shop::{Seen, Shop};

const PATH: &str = "/admin/audience";

fn desk(shop: &Shop, query: &str) -> Seen {
    let seen = shop.send("GET", &format!("{PATH}{query}"), &[("cookie", &shop.owner()), ("accept", "text/html")], b"");
    assert_eq!(seen.status, 200, "{}", seen.text);
    seen
}

/// The addresses of the people that a page links to, in order.
fn listed(page: &Seen) -> Vec<String> {
    let links = page.text.match_indices("/admin/audience/subscriber-");
    links.map(|(at, _)| page.text[at + 27..].split('"').next().unwrap().to_owned()).collect()
}

#[test]
fn only_an_owner_sees_people() {
    let shop = Shop::new();
    let id = joined(&shop, "ana@example.com", "Ana");
    let stranger = shop.sign_in_as("stranger@example.test", true);
    for path in [PATH.to_owned(), format!("{PATH}/{id}")] {
        for cookie in ["", stranger.as_str()] {
            let seen = shop.send("GET", &path, &[("cookie", cookie), ("accept", "text/html")], b"");
            assert_eq!(seen.status, 401);
            assert!(!seen.text.contains("ana@example.com") && !seen.text.contains("Ana"), "{}", seen.text);
        }
    }
}

#[test]
fn an_empty_list_says_so_and_a_page_changes_nothing() {
    let shop = Shop::new();
    assert!(desk(&shop, "").text.contains("Nobody has joined yet."));
    assert!(desk(&shop, "?search=zoe").text.contains("Nobody fits."));
    shop.owner();
    let before = shop.changes();
    let cookie = shop.owner();
    let signed_in = shop.changes();
    shop.get_as(&cookie, PATH);
    assert_eq!(shop.changes(), signed_in);
    assert!(before <= signed_in);
}

#[test]
fn people_are_found_by_the_beginning_of_address_or_name_by_status_segment_and_tag() {
    let shop = Shop::new();
    joined(&shop, "ana@example.com", "Ana");
    joined(&shop, "zoe@example.com", "");
    pending(&shop, "anton@example.com", "Zora");
    let gone = joined(&shop, "bert@example.com", "Bert");
    left(&shop, &gone);
    let found = |query: &str| {
        let mut all = listed(&desk(&shop, query));
        all.sort();
        all
    };
    assert_eq!(found("?search=AN"), ["ana-example-com", "anton-example-com"], "address, any case");
    assert_eq!(found("?search=zo"), ["anton-example-com", "zoe-example-com"], "name or address");
    assert_eq!(found("?search=na"), [] as [&str; 0], "only the beginning");
    assert_eq!(found("?search=%25"), [] as [&str; 0], "a sign that means any letter means nothing here");
    assert_eq!(found("?status=unsubscribed"), ["bert-example-com"]);
    assert_eq!(found("?status=pending&search=an"), ["anton-example-com"]);
    assert_eq!(found("?tag=tag-lead-magnet-launch-checklist").len(), 3);
    assert_eq!(found("?tag=tag-intent-product-access").len(), 0);
    assert_eq!(found("?segment=segment-indie-launch-waitlist").len(), 4);
    assert_eq!(found("?segment=segment-product-interested-publishers").len(), 0);
    for odd in ["?after=x", "?after=-1.y", "?after=99999999999999999999.z", "?search=%00%01", "?tag='%20OR%201=1"] {
        desk(&shop, odd);
    }
}

#[test]
fn a_page_has_25_people_and_leads_to_the_next() {
    let shop = Shop::new();
    for number in 0..60 {
        shop.clock.0.set(shop.clock.0.get() + number % 3);
        joined(&shop, &format!("reader-{number:02}@example.com"), "");
    }
    let mut seen = Vec::new();
    let mut query = String::new();
    for (page, count) in [25, 25, 10].into_iter().enumerate() {
        let page_text = desk(&shop, &query);
        let people = listed(&page_text);
        assert_eq!(people.len(), count, "page {page}");
        seen.extend(people);
        let next = page_text.text.split_once("\" rel=\"next\"").map(|(before, _)| before.rsplit('"').next().unwrap());
        let next = next.map(|next| next.strip_prefix("/admin/audience?").unwrap().split('#').next().unwrap());
        assert_eq!(next.is_some(), count == 25, "page {page}");
        query = next.map(|next| format!("?{}", next.replace("&amp;", "&"))).unwrap_or_default();
    }
    seen.sort();
    seen.dedup();
    assert_eq!(seen.len(), 60, "everybody once");
}

#[test]
fn a_list_is_one_read_batch_and_shows_no_hash() {
    let shop = Shop::new();
    let id = joined(&shop, "ana@example.com", "Ana");
    suppressed(&shop, &id);
    let cookie = shop.owner();
    for path in [PATH.to_owned(), format!("{PATH}/{id}")] {
        assert_eq!(shop.calls_during(|shop| drop(shop.get_as(&cookie, &path))), 2, "the session, and one batch");
        let text = shop.get_as(&cookie, &path).text;
        let hash = shop.text("SELECT email_hash FROM audience_subscribers WHERE id = ?1", &id);
        assert!(!text.contains(&hash) && text.contains("ana@example.com"));
    }
}

#[test]
fn a_person_s_page_says_what_they_agreed_to_and_what_followed() {
    let shop = Shop::new();
    let id = joined(&shop, "ana@example.com", "<b>Ana</b>");
    left(&shop, &id);
    let page = shop.get_as(&shop.owner(), &format!("{PATH}/{id}"));
    for part in [
        "Agreed to",
        "Yes, write to me about this launch",
        "Got a tag",
        "lead-magnet:launch-checklist",
        "Letters paused",
        "Left the list",
        "Too many letters",
        "&lt;b&gt;Ana&lt;/b&gt;",
        "Launch waitlist",
    ] {
        assert!(page.text.contains(part), "{part} is missing");
    }
    for nobody in ["subscriber-none", "..", "%2e%2e", "a%00b"] {
        let seen = shop.get_as(&shop.owner(), &format!("{PATH}/{nobody}"));
        assert_eq!(seen.status, 404, "{nobody}");
    }
    assert_eq!(shop.of_tenant("tenant-other").get_as(&shop.owner(), &format!("{PATH}/{id}")).status, 404);
}

#[test]
fn whoever_left_and_came_back_has_the_whole_story() {
    let shop = Shop::new();
    let later = || shop.clock.0.set(shop.clock.0.get() + 3_600);
    let leaves = |key: &str| {
        later();
        let body = json!({ "email": ANA, "reason": "Too many", "idempotencyKey": key });
        assert_eq!(shop.post_from("192.0.2.7", LEAVE, &body).status, 200);
        later();
    };
    let token = shop.asks_to_join(ANA, "join-key-1");
    later();
    shop.presses(&token);
    leaves("leave-key-1");
    shop.joins(ANA);
    let page = || {
        let id = shop.text("SELECT id FROM audience_subscribers WHERE email = ?1", ANA);
        shop.get_as(&shop.owner(), &format!("{PATH}/{id}")).text
    };
    let titles = |page: &str| {
        let titles = page.split("</p><p><strong>").skip(1).map(|rest| rest.split('<').next().unwrap().to_owned());
        titles.collect::<Vec<_>>()
    };
    let story = page();
    let (asked, left) = (story.rfind("Asked to join").unwrap(), story.find("Left the list").unwrap());
    assert!(story.find("Came back after leaving").unwrap() < left && left < asked, "the latest first");
    let mut seen = titles(&story);
    seen.sort();
    let wanted = [
        "Agreed to",
        "Agreed to",
        "Asked to join",
        "Asked to join",
        "Came back after leaving",
        "Got a tag",
        "Got a tag",
        "Left the list",
        "Letters begin anew",
        "Noted for letters",
    ];
    assert_eq!(seen, wanted);
    assert_eq!(story.matches("Too many").count(), 1, "the reason stands by the leaving");
    leaves("leave-key-1");
    let again = page();
    assert_eq!(titles(&again)[..2].iter().filter(|title| *title == "Left the list again").count(), 1, "{again}");
    assert!(again.contains("Letters paused"));
}

#[test]
fn the_steps_of_every_draft_can_be_reached_and_say_whose_they_are() {
    let shop = Shop::new();
    shop.run_sql(
        "INSERT INTO audience_broadcast_drafts (id, tenant_id, workspace_id, title, status, subject_intent, preview_text,
           audience_scope, segment_id, approval_boundary, suppression_policy, created_at, updated_at)
         SELECT 'draft-older', tenant_id, workspace_id, 'An older <draft>', status, subject_intent, preview_text,
           audience_scope, segment_id, approval_boundary, suppression_policy, 1, 1 FROM audience_broadcast_drafts",
    );
    let steps = |query: &str| desk(&shop, query).text.split("steps-title").last().unwrap().to_owned();
    let first = desk(&shop, "").text;
    assert!(first.contains("href=\"/admin/audience?draftId=draft-older#steps\""), "{first}");
    let older = "name=\"draftId\" value=\"draft-older\"";
    assert!(!steps("").contains(older) && !steps("").contains("An older"));
    let page = steps("?draftId=draft-older");
    assert!(page.contains(older) && page.contains("An older &lt;draft&gt;"), "{page}");
    assert!(steps("?draftId=draft-none").contains("There is no draft to take a step for."));
}

#[test]
fn a_form_of_the_steps_goes_back_to_what_it_was_about() {
    let shop = Shop::new();
    let back = |path: &str, fields: &str| {
        let seen = shop.form_as(&shop.owner(), &format!("/api/admin/audience/{path}"), fields);
        seen.header("location").to_owned()
    };
    let wrong = "problem=invalid_request";
    for (path, fields, wanted) in [
        ("broadcasts/schedule-intents", "draftId=a%26b", format!("{PATH}?draftId=a%26b&{wrong}")),
        ("import-preflights", "importIntentId=intent-1", format!("{PATH}?importIntentId=intent-1&{wrong}")),
        ("import-preflights", "", format!("{PATH}?{wrong}")),
        ("import-intents", &*format!("importIntentId={}", "x".repeat(300)), format!("{PATH}?{wrong}")),
    ] {
        assert_eq!(back(path, fields), wanted, "{path} {fields}");
    }
}

#[test]
fn an_owner_is_told_that_a_person_sees_what_is_noted_about_them() {
    let shop = Shop::new();
    let id = joined(&shop, "ana@example.com", "Ana");
    let page = shop.get_as(&shop.owner(), &format!("{PATH}/{id}")).text;
    assert!(page.contains("in a copy of their data"), "{page}");
    let document = shop.get("/audience/source-data").json();
    let described = shop.get_as(&shop.owner(), "/api/admin/audience/notes").text;
    let said = document["crmTimelineWrites"]["writeBoundary"].as_str().unwrap();
    for text in [&page, said, &described] {
        assert!(!text.contains("owners only") && !text.contains("only seen by"), "{text}");
    }
    assert!(said.contains("in a copy of their data") && described.contains(said));
}
