use crate::shop::Shop;
use crate::visits::{begins, insert, many, people};

const PATH: &str = "/analytics/indie-launch-dashboard";

#[test]
fn the_page_of_a_shop_without_visitors_says_so_and_shows_the_examples_apart() {
    let shop = Shop::new();
    let calls = shop.calls_during(|shop| {
        insta::assert_snapshot!("dashboard_empty", shop.page(PATH).text.replace("><", ">\n<"));
    });
    assert_eq!(calls, 1);
    assert_eq!(shop.page("/analytics/none").status, 404);
}

#[test]
fn the_page_shows_the_figures_of_its_window() {
    let shop = Shop::new();
    let visits = many(4_000);
    insert(&shop, &visits);
    for (window, seconds) in [("all", 0), ("7d", 604_800)] {
        let text = shop.page(&format!("{PATH}?window={window}")).text;
        let looked = people(&visits, "event-funnel-page-view", "funnel-step-indie-launch-sales", begins(seconds));
        let looked =
            if looked > 999 { format!("{}\u{202f}{:03}", looked / 1_000, looked % 1_000) } else { looked.to_string() };
        assert!(text.contains(&format!("<strong>{looked}</strong> looked")), "{window}: {looked}");
        assert!(
            text.contains(&format!("href=\"/analytics/indie-launch-dashboard?window={window}\" aria-current=\"page\""))
        );
        assert!(text.contains("newsletter · blog.example") && text.contains("The true rate is likely between"));
        assert_eq!(text.matches("<svg class=\"chart columns\"").count(), 1);
        assert!(!text.contains("An example of what this may look like"));
        assert!(!text.contains(" style="));
    }
}

#[test]
fn what_is_drawn_is_marked_as_decoration_and_said_in_words() {
    let shop = Shop::new();
    insert(&shop, &many(500));
    let text = shop.page(PATH).text;
    assert_eq!(text.matches("<svg").count(), text.matches("aria-hidden=\"true\"").count());
    assert!(text.contains("<figcaption>") && text.contains("<th scope=\"col\">Went on</th>"));
}

#[test]
fn variants_are_compared_only_when_it_is_known_what_came_of_them() {
    let shop = Shop::new();
    let looks: Vec<_> = many(500).into_iter().filter(|visit| visit.kind == "page_view").collect();
    insert(&shop, &looks);
    let text = shop.page(PATH).text;
    assert!(text.contains("What came of it is not known yet.") && !text.contains("The true rate is likely"));
}
