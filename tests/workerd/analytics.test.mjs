/** Visits on the built Worker and D1: 100,000 of them, counted twice, and the variants of visitors worked out twice. */
import assert from 'node:assert/strict';
import test from 'node:test';
import { assign, kept, tally } from './assignment.mjs';
import { startWorld } from './world.mjs';

const EVENTS = 100_000;
/** Rows of one statement: D1 allows a statement 30 seconds. */
const ROWS = 10_000;
const HOUR = 3_600;
const PAGES = [['/audience/indie-launch-waitlist', 'funnel-step-indie-launch-opt-in'], ['/offers/indie-launch-stack', 'funnel-step-indie-launch-sales']];
const WINDOWS = { all: 0, '24h': 86_400, '7d': 604_800, '30d': 2_592_000 };

/** Page views of the last 40 days and, for one in ten, that somebody went on; made by the database itself. */
async function load(world, now) {
  for (let from = 0; from < EVENTS; from += ROWS) {
    await world.db.run(
      `WITH RECURSIVE n(i) AS (SELECT ? UNION ALL SELECT i + 1 FROM n WHERE i + 1 < ?),
       made AS (SELECT i, i * 7919 % 10 = 0 AS goal, i * 31 % 2 AS page, i * 104729 % 20011 AS visitor,
         ? - i * 15485863 % 3456000 AS at FROM n)
       INSERT INTO analytics_events (id, tenant_id, event_definition_id, event_kind, source_route, recorded_by,
         idempotency_key, request_hash, funnel_step_id, public_properties_json, client_correlation_hash, occurred_at, created_at)
       SELECT 'analytics-event-' || i, 'tenant-platform',
         CASE WHEN NOT goal THEN 'event-funnel-page-view' WHEN page THEN 'event-checkout-started' ELSE 'event-audience-opt-in-created' END,
         CASE WHEN NOT goal THEN 'page_view' WHEN page THEN 'checkout_start' ELSE 'opt_in' END,
         CASE WHEN page THEN ? ELSE ? END, 'visitor', 'key-' || i, '', CASE WHEN page THEN ? ELSE ? END,
         json_object('utmSource', CASE i % 3 WHEN 0 THEN 'newsletter' WHEN 1 THEN 'podcast' ELSE '' END),
         'visitor-' || visitor, at, at FROM made`,
      from, from + ROWS, now, PAGES[1][0], PAGES[0][0], PAGES[1][1], PAGES[0][1],
    );
  }
}

const people = async (world, definition, step, from) => (await world.db.one(
  `SELECT COUNT(DISTINCT client_correlation_hash) AS n FROM analytics_events
   WHERE event_definition_id = ? AND (? = '' OR funnel_step_id = ?) AND occurred_at >= ?`, definition, step, step, from,
)).n;

test('100,000 events: the document and the dashboard say what a plain recount says', async (t) => {
  const world = await startWorld(t);
  const now = Math.floor(Date.now() / 1000);
  await load(world, now);
  assert.equal((await world.db.one('SELECT COUNT(*) AS n FROM analytics_events')).n, EVENTS);
  for (const [window, seconds] of Object.entries(WINDOWS)) {
    const document = (await world.send({ path: `/analytics/source-data?window=${window}` })).json;
    const from = seconds === 0 ? 0 : Math.floor((Math.floor(Date.now() / 1000) - seconds) / HOUR) * HOUR;
    const [joined, started, paid] = document.funnelConversionReport.rows;
    const goals = [[joined, 'event-audience-opt-in-created', PAGES[0][1]], [started, 'event-checkout-started', PAGES[1][1]]];
    for (const [row, goal, step] of goals) {
      assert.equal(row.visitors, await people(world, 'event-funnel-page-view', step, from), `${window} ${row.metricId}`);
      assert.equal(row.conversions, await people(world, goal, step, from), `${window} ${row.metricId}`);
    }
    assert.equal(paid.visitors, await people(world, 'event-checkout-started', '', from), window);
    const total = document.eventSummary.aggregateCounts.reduce((sum, row) => sum + row.total_events, 0);
    assert.equal(total, (await world.db.one('SELECT COUNT(*) AS n FROM analytics_events WHERE occurred_at >= ?', from)).n, window);
    const page = (await world.send({ path: `/analytics/indie-launch-dashboard?window=${window}` })).text;
    const shown = String(joined.visitors).replace(/\B(?=(\d{3})+$)/g, '\u202f');
    assert.ok(page.includes(`<strong>${shown}</strong> looked`), `${window}: ${shown}`);
  }
});

test('a visitor gets the variant that another program works out', async (t) => {
  assert.deepEqual(tally(), kept());
  const world = await startWorld(t);
  for (let number = 0; number < 100; number += 1) {
    const visitor = `visitor-${number}`;
    const answer = await world.post('/api/analytics/assignments', {
      experimentId: 'experiment-opt-in-hero-promise', sourceRoute: '/funnels/indie-launch-sandbox',
      anonymousAssignmentKey: visitor, idempotencyKey: `assignment-of-${visitor}`,
    });
    const { bucket, variant } = assign(visitor);
    assert.deepEqual([answer.status, answer.json.assignmentBucket, answer.json.variantId], [200, bucket, variant], visitor);
  }
});

test('an order is counted as started and as paid by the shop itself', async (t) => {
  const world = await startWorld(t);
  const intent = (await world.start({ idempotencyKey: 'analytics-key-0001' })).json.checkoutIntentId;
  const event = world.payNow(intent);
  await world.signed(event);
  await world.signed(event);
  const rows = await world.db.all("SELECT event_kind, COUNT(*) AS n FROM analytics_events WHERE event_kind IN ('checkout_start', 'purchase') GROUP BY 1 ORDER BY 1");
  assert.deepEqual(rows, [{ event_kind: 'checkout_start', n: 1 }, { event_kind: 'purchase', n: 1 }]);
});
