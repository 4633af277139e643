//! The totals that triggers keep, compared with a plain count over the events.

use std::collections::{BTreeMap, BTreeSet};

use rusqlite::{params, Connection};

use crate::shop::{migrated, seed, NOON};

/// An event as the test knows it.
#[derive(Clone)]
struct Event {
    step: &'static str,
    variant: &'static str,
    source: String,
    visitor: usize,
    at: i64,
}

/// Numbers that look random and are the same every time.
struct Dice(u64);

impl Dice {
    fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % limit
    }
}

fn events(count: usize) -> Vec<Event> {
    let mut dice = Dice(7);
    let steps = ["", "funnel-step-indie-launch-opt-in", "funnel-step-indie-launch-sales"];
    let variants = ["", "variant-opt-in-outcome-first", "variant-opt-in-speed-first"];
    let mut one = || Event {
        step: steps[dice.below(3)],
        variant: variants[dice.below(3)],
        source: ["", "newsletter", "direct"][dice.below(3)].to_owned(),
        visitor: dice.below(200),
        at: NOON - i64::try_from(dice.below(40 * 86_400)).unwrap(),
    };
    (0..count).map(|_| one()).collect()
}

fn insert(connection: &Connection, events: &[Event]) {
    let mut statement = connection
        .prepare(
            "INSERT INTO analytics_events (
               id, tenant_id, event_definition_id, event_kind, source_route, recorded_by, idempotency_key, request_hash,
               funnel_step_id, variant_id, public_properties_json, client_correlation_hash, occurred_at, created_at)
             VALUES ('analytics-event-' || ?1, 'tenant-platform', 'event-funnel-page-view', 'page_view',
               '/offers/indie-launch-stack', 'visitor', 'key-' || ?1, '', NULLIF(?2, ''), NULLIF(?3, ''), ?4, ?5, ?6, ?6)",
        )
        .unwrap();
    for (number, event) in events.iter().enumerate() {
        let properties = serde_json::json!({ "utmSource": event.source }).to_string();
        let visitor = format!("visitor-{}", event.visitor);
        let number = i64::try_from(number).unwrap();
        statement.execute(params![number, event.step, event.variant, properties, visitor, event.at]).unwrap();
    }
}

fn number(connection: &Connection, sql: &str) -> i64 {
    connection.query_row(sql, [], |row| row.get::<_, Option<i64>>(0)).unwrap().unwrap_or(0)
}

fn shop() -> Connection {
    let connection = migrated();
    connection.execute_batch(&seed()).unwrap();
    connection
}

#[test]
fn totals_are_what_a_plain_count_says_whatever_the_order_of_events() {
    let connection = shop();
    let events = events(4_000);
    insert(&connection, &events);
    for window in [0, 3_600, 86_400, 604_800, 2_592_000] {
        let cutoff = if window == 0 { 0 } else { (NOON - window) / 3_600 * 3_600 };
        for step in ["", "funnel-step-indie-launch-opt-in", "funnel-step-indie-launch-sales"] {
            let fits = |event: &&Event| event.at >= cutoff && (step.is_empty() || event.step == step);
            let people: BTreeSet<usize> = events.iter().filter(fits).map(|event| event.visitor).collect();
            let kept = number(&connection, &format!(
                "SELECT SUM(visitors) FROM analytics_step_hours WHERE tenant_id = 'tenant-platform'
                   AND event_definition_id = 'event-funnel-page-view' AND funnel_step_id = '{step}' AND hour >= {cutoff}"
            ));
            assert_eq!(usize::try_from(kept).unwrap(), people.len(), "{step} since {cutoff}");
            let total = events.iter().filter(|event| event.at >= cutoff && event.step == step).count();
            let kept = number(
                &connection,
                &format!(
                    "SELECT SUM(total_events) FROM analytics_event_hours
                 WHERE tenant_id = 'tenant-platform' AND hour >= {cutoff} AND funnel_step_id = '{step}'"
                ),
            );
            assert_eq!(usize::try_from(kept).unwrap(), total, "{step} since {cutoff}");
        }
    }
    let mut days: BTreeMap<i64, BTreeSet<usize>> = BTreeMap::new();
    for event in &events {
        days.entry(event.at / 86_400 * 86_400).or_default().insert(event.visitor);
    }
    for (day, people) in days {
        let kept = number(
            &connection,
            &format!(
            "SELECT visitors FROM analytics_visitor_days WHERE funnel_step_id = '' AND variant_id = '' AND day = {day}"
        ),
        );
        assert_eq!(usize::try_from(kept).unwrap(), people.len(), "{day}");
    }
    assert_eq!(number(&connection, "SELECT COUNT(*) FROM analytics_event_ingestions"), 4_000);
}

#[test]
fn a_variant_counts_its_own_visitors() {
    let connection = shop();
    let events = events(1_000);
    insert(&connection, &events);
    for variant in ["variant-opt-in-outcome-first", "variant-opt-in-speed-first"] {
        let of_variant = events.iter().filter(|event| event.variant == variant);
        let people: BTreeSet<usize> = of_variant.map(|event| event.visitor).collect();
        let kept = number(
            &connection,
            &format!(
            "SELECT SUM(visitors) FROM analytics_visitor_hours WHERE variant_id = '{variant}' AND funnel_step_id = ''"
        ),
        );
        assert_eq!(usize::try_from(kept).unwrap(), people.len());
    }
}

#[test]
fn sources_that_somebody_makes_up_end_as_other_and_the_next_hour_starts_afresh() {
    let connection = shop();
    let made_up = |count: i64, at: i64| {
        let event = |n| Event { step: "", variant: "", source: format!("s{n}"), visitor: 1, at };
        (0..count).map(event).collect::<Vec<_>>()
    };
    let mut all = made_up(130, NOON);
    all.extend(made_up(5, NOON));
    all.extend(made_up(3, NOON + 3_600));
    insert(&connection, &all);
    let hour =
        |hour: i64| number(&connection, &format!("SELECT COUNT(*) FROM analytics_source_hours WHERE hour = {hour}"));
    assert_eq!((hour(NOON), hour(NOON + 3_600)), (101, 3));
    let other = "SELECT total_events FROM analytics_source_hours WHERE utm_source = '(other)'";
    assert_eq!(number(&connection, other), 30, "the five that were known already are not among them");
    assert_eq!(number(&connection, "SELECT SUM(total_events) FROM analytics_source_hours"), 138);
}

#[test]
fn sources_that_somebody_makes_up_hide_neither_direct_visits_nor_those_that_are_compared() {
    let connection = shop();
    let visits = |sources: &[&str]| -> Vec<Event> {
        let event = |source: &&str| Event { step: "", variant: "", source: (*source).to_owned(), visitor: 1, at: NOON };
        sources.iter().map(event).collect()
    };
    let made_up: Vec<String> = (0..100).map(|n| format!("s{n}")).collect();
    let made_up: Vec<&str> = made_up.iter().map(String::as_str).collect();
    insert(&connection, &[visits(&made_up), visits(&["", "Newsletter", "NEWSLETTER", "podcast", ""])].concat());
    let kept = |source: &str| {
        number(&connection, &format!("SELECT total_events FROM analytics_source_hours WHERE utm_source = '{source}'"))
    };
    assert_eq!(["", "newsletter", "(other)"].map(kept), [2, 2, 1]);
    assert_eq!(number(&connection, "SELECT COUNT(*) FROM analytics_source_hours"), 103);
}

#[test]
fn a_visitor_who_was_last_seen_in_hours_that_were_summed_up_still_counts_once() {
    let connection = shop();
    let at = |at| vec![Event { step: "", variant: "", source: String::new(), visitor: 1, at }];
    insert(&connection, &at(NOON - 100 * 86_400));
    connection.execute_batch("UPDATE analytics_visitor_hours SET hour = 0").unwrap();
    let mut again = at(NOON);
    again.insert(0, Event { visitor: 2, ..at(NOON - 1).remove(0) });
    // The first event's key is taken, so these go by other numbers.
    connection
        .execute_batch(
            "DROP TRIGGER analytics_events_fixed; UPDATE analytics_events SET id = 'x', idempotency_key = 'x'",
        )
        .unwrap();
    insert(&connection, &again);
    assert_eq!(number(&connection, "SELECT SUM(visitors) FROM analytics_step_hours WHERE funnel_step_id = ''"), 2);
    assert_eq!(number(&connection, "SELECT SUM(visitors) FROM analytics_step_hours WHERE hour = 0"), 0);
}
