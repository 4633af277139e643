//! Many events at once, as rows, and a plain recount of them.

use std::collections::{BTreeMap, BTreeSet};

use rusqlite::params;

use crate::shop::{Shop, NOON};

/// Seconds of an hour.
const HOUR: i64 = 3_600;

/// An event as the test knows it.
#[derive(Clone, Debug)]
pub struct Visit {
    pub definition: &'static str,
    pub kind: &'static str,
    pub route: &'static str,
    pub step: &'static str,
    pub variant: &'static str,
    pub source: &'static str,
    pub host: &'static str,
    pub visitor: usize,
    pub at: i64,
}

/// Numbers that look random and are the same every time.
struct Dice(u64);

impl Dice {
    fn of<T: Copy>(&mut self, several: &[T]) -> T {
        several[self.below(several.len())]
    }

    fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % limit
    }
}

/// Kind, definition, and the pages with their steps.
type Sort = (&'static str, &'static str, &'static [(&'static str, &'static str)]);

const OPT_IN: &str = "funnel-step-indie-launch-opt-in";
const SALES: &str = "funnel-step-indie-launch-sales";
const SORTS: &[Sort] = &[
    (
        "page_view",
        "event-funnel-page-view",
        &[
            ("/audience/indie-launch-waitlist", OPT_IN),
            ("/offers/indie-launch-stack", SALES),
            ("/funnels/indie-launch-sandbox", OPT_IN),
            ("/funnels/indie-launch-sandbox", ""),
        ],
    ),
    ("opt_in", "event-audience-opt-in-created", &[("/audience/indie-launch-waitlist", OPT_IN)]),
    ("checkout_start", "event-checkout-started", &[("/api/commerce/checkout", SALES), ("/api/commerce/checkout", "")]),
    ("purchase", "event-purchase-completed", &[("/api/stripe/webhook", SALES)]),
];

/// So many events of the last 40 days, in no order, most of them page views.
pub fn many(count: usize) -> Vec<Visit> {
    let mut dice = Dice(11);
    let mut one = || {
        let (kind, definition, pages) = SORTS[[0, 0, 0, 0, 0, 0, 1, 2, 3, 0][dice.below(10)]];
        let (route, step) = dice.of(pages);
        Visit {
            definition,
            kind,
            route,
            step,
            variant: dice.of(&["", "variant-opt-in-outcome-first", "variant-opt-in-speed-first"]),
            // One comes by slowly: a view or two a day, and more than a few over time.
            source: match dice.below(1_000) {
                0 => "slow",
                _ => dice.of(&["", "", "newsletter", "Newsletter", "direct", "podcast"]),
            },
            host: dice.of(&["", "", "blog.example"]),
            // Those who go on are fewer than those who look.
            visitor: dice.below(if kind == "page_view" { 20_000 } else { 3_000 }),
            at: NOON - i64::try_from(dice.below(40 * 86_400)).unwrap(),
        }
    };
    (0..count).map(|_| one()).collect()
}

/// Writes them down, as one transaction.
pub fn insert(shop: &Shop, visits: &[Visit]) {
    let mut connection = shop.db.connection.borrow_mut();
    let transaction = connection.transaction().unwrap();
    let mut statement = transaction
        .prepare(
            "INSERT INTO analytics_events (
               id, tenant_id, event_definition_id, event_kind, source_route, recorded_by, idempotency_key, request_hash,
               funnel_step_id, variant_id, public_properties_json, client_correlation_hash, occurred_at, created_at)
             VALUES ('analytics-event-' || ?1, 'tenant-platform', ?2, ?3, ?4, 'visitor', 'key-' || ?1, '', NULLIF(?5, ''),
               NULLIF(?6, ''), json_object('utmSource', ?7, 'referrerHost', ?8), 'visitor-' || ?9, ?10, ?10)",
        )
        .unwrap();
    for (number, visit) in visits.iter().enumerate() {
        let (number, visitor) = (i64::try_from(number).unwrap(), i64::try_from(visit.visitor).unwrap());
        let Visit { definition, kind, route, step, variant, source, host, at, .. } = visit;
        statement.execute(params![number, definition, kind, route, step, variant, source, host, visitor, at]).unwrap();
    }
    drop(statement);
    transaction.commit().unwrap();
}

/// Different visitors of an event and step ('' for any) since a moment.
pub fn people(visits: &[Visit], definition: &str, step: &str, from: i64) -> i64 {
    let fits =
        |visit: &&Visit| visit.definition == definition && visit.at >= from && (step.is_empty() || visit.step == step);
    let people: BTreeSet<usize> = visits.iter().filter(fits).map(|visit| visit.visitor).collect();
    i64::try_from(people.len()).unwrap()
}

/// The moment in which a window of so many seconds begins; 0 for all time.
pub fn begins(seconds: i64) -> i64 {
    if seconds == 0 {
        0
    } else {
        (NOON - seconds) / HOUR * HOUR
    }
}

/// Page views since a moment, by page, source and host.
pub fn sources(visits: &[Visit], from: i64) -> BTreeMap<(&'static str, &'static str, &'static str), i64> {
    let mut sources = BTreeMap::new();
    for visit in visits.iter().filter(|visit| visit.kind == "page_view" && visit.at >= from) {
        *sources.entry((visit.route, visit.source, visit.host)).or_insert(0) += 1;
    }
    sources
}
