/** Stripe fails while a payment page is opened: the same key is sent again, and there is never a second page. */
import assert from 'node:assert/strict';
import test from 'node:test';
import { story } from './kit/data.mjs';
import { startWorld } from './world.mjs';

const KEY = 'stripe-fault-0001';
const PATH = '/v1/checkout/sessions';
/** A payment page that opens slower than the Worker's pause between two tries, in milliseconds. */
const SLOW_MS = 1_200;
const AT_ONCE = 5;

async function assertOnePage(world) {
  assert.equal(world.stripe.state().sessions.length, 1);
  assert.deepEqual(world.stripe.violations, []);
  const { intents, audit } = await story(world.db);
  assert.deepEqual(intents.map(({ status, last_error: error }) => [status, error]), [['stripe_session_created', null]]);
  assert.deepEqual(audit, ['checkout_intent_created', 'checkout_session_created']);
}

const HEALED_AT_ONCE = [
  ['answers 500 once', { status: 500 }],
  ['answers 500 after it opened the page', { status: 500, mode: 'afterCommit' }],
  ['answers 409 once', { status: 409 }],
  ['drops the connection before it did anything', { status: 'drop' }],
  ['drops the connection after it opened the page', { status: 'drop', mode: 'afterCommit' }],
  ['does not answer after it opened the page', { status: 'timeout', mode: 'afterCommit' }],
];

for (const [words, fault] of HEALED_AT_ONCE) {
  test(`Stripe ${words}: the start is repeated with the same key and succeeds`, async (t) => {
    const world = await startWorld(t);
    world.stripe.failNext({ path: PATH, ...fault });
    const started = await world.start({ idempotencyKey: KEY });
    assert.equal(started.status, 200, started.text);
    assert.deepEqual(world.stripe.state().faults, []);
    await assertOnePage(world);
  });
}

const HEALED_BY_CALLER = [
  ['answers 429', { status: 429 }],
  ['answers 400', { status: 400 }],
  ['answers 500 twice', { status: 500, times: 2 }],
  ['drops the connection twice after it opened the page', { status: 'drop', times: 2 }],
];

for (const [words, fault] of HEALED_BY_CALLER) {
  test(`Stripe ${words}: 502, the order is kept, and the caller's retry opens one page`, async (t) => {
    const world = await startWorld(t);
    world.stripe.failNext({ path: PATH, ...fault });
    const failed = await world.start({ idempotencyKey: KEY });
    assert.equal(failed.status, 502);
    assert.equal(failed.json.code, 'stripe_checkout_error');
    assert.deepEqual(world.stripe.state().faults, []);
    const { intents, lines } = await story(world.db);
    assert.equal(intents[0].status, 'stripe_error');
    assert.match(intents[0].last_error, /\S/);
    assert.equal(lines.length, 2);
    const again = await world.start({ idempotencyKey: KEY });
    assert.equal(again.status, 200);
    assert.equal(again.json.checkoutIntentId, failed.json.checkoutIntentId);
    await assertOnePage(world);
  });
}

test('starts that overlap while Stripe is slow still open one page', async (t) => {
  const world = await startWorld(t);
  world.stripe.failNext({ path: PATH, delayMs: SLOW_MS });
  const answers = await Promise.all(Array.from({ length: AT_ONCE }, () => world.start({ idempotencyKey: KEY })));
  for (const { status } of answers) assert.ok([200, 502].includes(status), String(status));
  assert.ok(answers.some(({ status }) => status === 200));
  assert.equal((await world.start({ idempotencyKey: KEY })).status, 200);
  await assertOnePage(world);
});

test('a session without an id or with an address that is not one is not handed to a buyer', async (t) => {
  const bodies = ['{}', '[]', 'null', '', '{"id":"cs_test_1","url":"javascript:alert(1)"}', '{"id":"nonsense","url":"https://example.com/"}', '<html>'];
  let body = '';
  const world = await startWorld(t, { outbound: () => new Response(body, { headers: { 'content-type': 'application/json' } }) });
  for (const [index, text] of bodies.entries()) {
    body = text;
    const started = await world.start({ idempotencyKey: `${KEY}-${index}` });
    assert.equal(started.status, 502, text);
    assert.equal(started.json.code, 'stripe_checkout_error');
  }
  assert.deepEqual(await world.db.all('SELECT id FROM checkout_intents WHERE stripe_checkout_url IS NOT NULL'), []);
});
