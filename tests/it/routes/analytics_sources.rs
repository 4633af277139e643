//! Where visitors come from: what is named, what is kept, and what strangers cannot do to it.

use std::collections::BTreeMap;

use super::analytics_source_data::{document, fold, owned, shown, visits_of};
use crate::shop::{Shop, NOON};
use crate::visits::{insert, Visit};

#[test]
fn a_source_that_one_visitor_sends_again_and_again_is_not_named() {
    let shop = Shop::new();
    let again = |source, count: usize, people: usize| {
        visits_of(source, count).into_iter().map(move |visit| Visit { visitor: visit.visitor % people, ..visit })
    };
    insert(&shop, &again("shouted", 40, 4).chain(again("known", 5, 5)).collect::<Vec<_>>());
    let named = shown(&document(&shop, "all")["eventSummary"]["aggregateSourceCounts"], ["utm_source"]);
    assert_eq!(named, owned(&BTreeMap::from([(["known"], 5), (["(other)"], 40)])));
}

#[test]
fn what_comes_slowly_is_not_lost_when_old_hours_are_summed_up() {
    let shop = Shop::new();
    let mut visits = visits_of("Newsletter", 6);
    visits.extend(visits_of("slow", 6));
    for (day, visit) in visits.iter_mut().enumerate() {
        visit.at = NOON - i64::try_from(40 - day % 6).unwrap() * 86_400;
    }
    insert(&shop, &visits);
    for _ in 0..2 {
        fold(&shop);
    }
    assert_eq!(shop.count("SELECT COUNT(*) FROM analytics_source_hours WHERE hour = 0"), 2);
    let named = shown(&document(&shop, "all")["eventSummary"]["aggregateSourceCounts"], ["utm_source"]);
    assert_eq!(named, owned(&BTreeMap::from([(["Newsletter"], 6), (["slow"], 6)])));
}

#[test]
fn sources_that_are_summed_up_are_so_many_and_those_that_are_compared_stay() {
    let shop = Shop::new();
    let old = NOON - 40 * 86_400;
    let row = |source: &str, medium: &str, total: i64, hour: i64| {
        shop.run_sql(&format!(
            "INSERT INTO analytics_source_hours VALUES ('tenant-platform', {hour}, 'event-funnel-page-view',
               '/offers/indie-launch-stack', '{source}', '{medium}', '', '', '', '', {total}, {hour}, 5)"
        ));
    };
    let hour = old / 3_600 * 3_600;
    for number in 0..1_100 {
        row(&format!("made-up-{number:04}"), "", 2, hour + number % 24 * 3_600);
    }
    row("Newsletter", "one", 1, hour);
    row("newsletter", "two", 1, hour);
    row("", "", 1, hour);
    let total = shop.count("SELECT SUM(total_events) FROM analytics_source_hours");
    fold(&shop);
    assert_eq!(shop.count("SELECT COUNT(*) FROM analytics_source_hours"), 1_003);
    assert_eq!(shop.count("SELECT SUM(total_events) FROM analytics_source_hours"), total);
    let kept = |source: &str| {
        shop.text(
            "SELECT CAST(COALESCE(SUM(total_events), 0) AS TEXT) FROM analytics_source_hours WHERE utm_source = ?1",
            source,
        )
    };
    assert_eq!(["newsletter", "", "(other)", "made-up-0999", "made-up-1000"].map(kept), ["2", "1", "200", "2", "0"]);
    // What came later finds its row, or none.
    row("made-up-0999", "", 3, hour);
    row("made-up-2000", "", 9, hour);
    fold(&shop);
    assert_eq!(["made-up-0999", "made-up-2000", "(other)"].map(kept), ["5", "0", "209"]);
}

#[test]
fn a_source_that_few_came_by_is_not_named() {
    let shop = Shop::new();
    let mut visits = visits_of("rare", 4);
    visits.extend(visits_of("newsletter", 5));
    visits.extend(visits_of("seldom", 1));
    insert(&shop, &visits);
    let document = document(&shop, "all");
    let named: Vec<(&str, i64)> = document["eventSummary"]["aggregateSourceCounts"]
        .as_array()
        .unwrap()
        .iter()
        .map(|row| (row["utm_source"].as_str().unwrap(), row["total_events"].as_i64().unwrap()))
        .collect();
    assert_eq!(named, [("newsletter", 5), ("(other)", 5)]);
}
