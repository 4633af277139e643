/** Many at once: one event, one token and one key each act exactly once. */
import assert from 'node:assert/strict';
import test from 'node:test';
import { seedFile, story } from './kit/data.mjs';
import { startWorld } from './world.mjs';

const DELIVERIES = 50;
const REDEMPTIONS = 100;
const STARTS = 20;

function times(count, act) {
  return Promise.all(Array.from({ length: count }, act));
}

function tally(answers, read) {
  const counts = {};
  for (const answer of answers) counts[read(answer)] = (counts[read(answer)] ?? 0) + 1;
  return counts;
}

/** The story of one undisturbed purchase, to compare with. */
async function calmStory(t, { ticket = false } = {}) {
  const world = await startWorld(t);
  const bought = await world.buy();
  if (ticket) await world.download(await world.ticket(bought));
  return story(world.db);
}

test('fifty deliveries of one event at once grant exactly once', async (t) => {
  const world = await startWorld(t);
  const { event } = await world.pay();
  const answers = await times(DELIVERIES, () => world.signed(event));
  assert.deepEqual(tally(answers, ({ status }) => status), { 200: DELIVERIES });
  assert.deepEqual(tally(answers, ({ json }) => json.duplicate), { true: DELIVERIES - 1, false: 1 });
  const first = answers.find(({ json }) => !json.duplicate).json;
  assert.equal(first.entitlementGrantsCreated, 2);
  assert.equal(first.checkoutIntentUpdated, true);
  assert.deepEqual(await story(world.db), await calmStory(t));
});

test('two events that both say paid, fifty times each at once, grant exactly once', async (t) => {
  const world = await startWorld(t);
  const { event, session } = await world.pay();
  const later = world.stripe.emit('checkout.session.async_payment_succeeded', world.stripe.session(session.id));
  const answers = await times(DELIVERIES, (_, index) => world.signed(index % 2 === 0 ? event : later));
  assert.deepEqual(tally(answers, ({ status }) => status), { 200: DELIVERIES });
  assert.deepEqual(tally(answers, ({ json }) => json.duplicate), { true: DELIVERIES - 2, false: 2 });
  const kept = await story(world.db);
  assert.equal(kept.entitlements.length, 2);
  assert.equal(kept.tasks.length, 2);
  assert.equal(kept.audit.filter((kind) => kind === 'product_entitlement_granted').length, 2);
  assert.equal(kept.audit.filter((kind) => kind === 'checkout_event_ignored').length, 1);
});

test('a hundred requests with one token at once give the file exactly once', async (t) => {
  const world = await startWorld(t);
  const bought = await world.buy();
  const token = await world.ticket(bought);
  const answers = await times(REDEMPTIONS, () => world.download(token));
  assert.deepEqual(tally(answers, ({ status }) => status), { 200: 1, 410: REDEMPTIONS - 1 });
  assert.ok(answers.find(({ status }) => status === 200).body.equals(seedFile()));
  for (const { json } of answers.filter(({ status }) => status === 410)) assert.equal(json.code, 'token_used');
  assert.deepEqual(await story(world.db), await calmStory(t, { ticket: true }));
});

test('twenty starts with one key at once open one intent and one payment page', async (t) => {
  const world = await startWorld(t);
  const answers = await times(STARTS, () => world.start({ idempotencyKey: 'parallel-start-1' }));
  assert.deepEqual(tally(answers, ({ status }) => status), { 200: STARTS });
  assert.equal(new Set(answers.map(({ json }) => json.checkoutIntentId)).size, 1);
  assert.equal(answers.filter(({ json }) => json.duplicate === undefined).length, 1);
  assert.equal(world.stripe.state().sessions.length, 1);
  const kept = await story(world.db);
  assert.deepEqual(kept.intents.map(({ status }) => status), ['stripe_session_created']);
  assert.deepEqual(kept.audit, ['checkout_intent_created', 'checkout_session_created']);
  assert.deepEqual(world.stripe.violations, []);
});

test('more tokens asked at once than may wait are refused with a time to come back', async (t) => {
  const LIVE_MAX = 5;
  const world = await startWorld(t);
  const { intent, entitlements } = await world.buy();
  const answers = await times(STARTS, () => world.token(intent, entitlements[0]));
  assert.deepEqual(tally(answers, ({ status }) => status), { 201: LIVE_MAX, 429: STARTS - LIVE_MAX });
  for (const { headers } of answers.filter(({ status }) => status === 429)) assert.ok(Number(headers['retry-after']) > 0);
  assert.equal((await story(world.db)).tokens.length, LIVE_MAX);
});
