/** The stand-in's API, through the official client and raw requests. */
import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'node:test';
import { API_VERSION } from './objects.mjs';
import { SECRET_KEY, clientOf, membership, purchase, standIn } from './testkit.mjs';

function raw(stripe, path, { headers = {}, ...rest } = {}) {
  return fetch(stripe.origin + path, {
    ...rest,
    headers: { authorization: `Bearer ${SECRET_KEY}`, 'stripe-version': API_VERSION, 'content-type': 'application/x-www-form-urlencoded', ...headers },
  });
}

test('a session is created, read back, listed and expired', async (t) => {
  const { stripe, client } = await standIn(t);
  const made = await client.checkout.sessions.create(purchase());
  assert.match(made.id, /^cs_test_/);
  assert.equal(made.url, `${stripe.origin}/c/pay/${made.id}`);
  assert.equal(made.amount_total, 2800);
  assert.equal(made.status, 'open');
  assert.equal(made.payment_status, 'unpaid');
  assert.equal(made.livemode, false);
  assert.deepEqual(made.metadata, { checkout_intent_id: 'i1' });
  const { lastResponse: _ignored, ...read } = await client.checkout.sessions.retrieve(made.id, { expand: ['line_items'] });
  assert.equal(read.line_items.data[0].description, 'Guide <1>');
  const lines = await client.checkout.sessions.listLineItems(made.id, { limit: 1 });
  assert.equal(lines.has_more, true);
  assert.equal((await client.checkout.sessions.expire(made.id)).status, 'expired');
  await assert.rejects(client.checkout.sessions.expire(made.id), { type: 'StripeInvalidRequestError', statusCode: 400 });
  await assert.rejects(client.checkout.sessions.retrieve('cs_test_none'), { code: 'resource_missing', statusCode: 404 });
});

test('a subscription session has a subscription once paid', async (t) => {
  const { stripe, client } = await standIn(t);
  const made = await client.checkout.sessions.create(membership());
  stripe.pay(made.id);
  const read = await client.checkout.sessions.retrieve(made.id, { expand: ['subscription'] });
  assert.equal(read.subscription.status, 'active');
  assert.deepEqual(read.subscription.metadata, { product_id: 'club' });
  assert.ok(read.subscription.items.data[0].current_period_end > read.created);
  assert.match(read.customer, /^cus_/);
  assert.equal((await client.subscriptions.retrieve(read.subscription.id)).object, 'subscription');
  stripe.changeSubscription(read.subscription.id, 'canceled');
  assert.deepEqual(stripe.events().map((event) => event.type).slice(-2), ['customer.subscription.created', 'customer.subscription.deleted']);
});

test('the key, the version and the content type are checked', async (t) => {
  const { stripe } = await standIn(t);
  await assert.rejects(clientOf(stripe, 'sk_test_wrong').events.list(), { type: 'StripeAuthenticationError', statusCode: 401 });
  const version = await raw(stripe, '/v1/events', { headers: { 'stripe-version': '2020-08-27' } });
  assert.equal(version.status, 400);
  assert.match(version.headers.get('request-id'), /^req_/);
  const json = await raw(stripe, '/v1/checkout/sessions', { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{}' });
  assert.match((await json.json()).error.message, /x-www-form-urlencoded/);
  assert.equal((await raw(stripe, '/v1/charges')).status, 404);
});

const REFUSED = [
  ['an unknown parameter', { colour: 'red' }, 'colour'],
  ['an unknown nested parameter', { line_items: [{ ...purchase().line_items[0], colour: 'red' }] }, 'line_items[0][colour]'],
  ['a value outside its list', { mode: 'gift' }, 'mode'],
  ['no success address', { success_url: undefined }, 'success_url'],
  ['a relative address', { success_url: '/thanks' }, 'success_url'],
  ['no line items', { line_items: [] }, 'line_items'],
  ['price and price_data together', { line_items: [{ ...purchase().line_items[0], price: 'price_1' }] }, 'line_items[0]'],
  ['a price that does not exist', { line_items: [{ price: 'price_1', quantity: 1 }] }, 'line_items[0][price]'],
  ['no quantity', { line_items: [{ price_data: purchase().line_items[0].price_data }] }, 'line_items[0][quantity]'],
  ['a fraction of a cent', { line_items: [line({ unit_amount: 10.5 })] }, 'line_items[0][price_data][unit_amount]'],
  ['a negative amount', { line_items: [line({ unit_amount: -1 })] }, 'line_items[0][price_data][unit_amount]'],
  ['a total under the minimum', { line_items: [line({ unit_amount: 49 })] }, undefined],
  ['a one-time price in a subscription', { mode: 'subscription' }, 'mode'],
  ['a recurring price in a payment', { line_items: membership().line_items }, 'mode'],
  ['too many metadata keys', { metadata: Object.fromEntries(Array.from({ length: 51 }, (_, index) => [`k${index}`, '1'])) }, 'metadata'],
  ['a long metadata key', { metadata: { ['k'.repeat(41)]: '1' } }, `metadata[${'k'.repeat(41)}]`],
  ['a long metadata value', { metadata: { k: 'v'.repeat(501) } }, 'metadata[k]'],
  ['an early expiry', { expires_at: Math.floor(Date.now() / 1000) + 60 }, 'expires_at'],
  ['a late expiry', { expires_at: Math.floor(Date.now() / 1000) + 90_000 }, 'expires_at'],
  ['a long reference', { client_reference_id: 'r'.repeat(201) }, 'client_reference_id'],
  ['an expansion that does not exist', { expand: ['nothing'] }, 'expand'],
  ['something that is not modelled', { automatic_tax: { enabled: true } }, 'automatic_tax'],
];

function line(changes) {
  return { quantity: 1, price_data: { ...purchase().line_items[0].price_data, ...changes } };
}

for (const [what, changes, param] of REFUSED) {
  test(`a session with ${what} is refused`, async (t) => {
    const { stripe, client } = await standIn(t);
    await assert.rejects(client.checkout.sessions.create(purchase(changes)), { type: 'StripeInvalidRequestError', statusCode: 400, param });
    assert.equal(stripe.violations.at(-1).param, param);
    assert.equal(stripe.state().sessions.length, 0);
  });
}

test('101 line items are refused, 100 are not', async (t) => {
  const { client } = await standIn(t);
  const items = (count) => Array.from({ length: count }, () => line({ unit_amount: 100 }));
  await assert.rejects(client.checkout.sessions.create(purchase({ line_items: items(101) })), { param: 'line_items' });
  assert.equal((await client.checkout.sessions.create(purchase({ line_items: items(100) }))).amount_total, 10_000);
});

test('a known price can be used, and a free session needs no payment', async (t) => {
  const { stripe, client } = await standIn(t, { prices: [{ id: 'price_free', unit_amount: 0, currency: 'usd', name: 'Gift' }] });
  const made = await client.checkout.sessions.create(purchase({ line_items: [{ price: 'price_free', quantity: 1 }] }));
  stripe.pay(made.id);
  assert.equal(stripe.session(made.id).payment_status, 'no_payment_required');
});

test('an idempotency key replays its answer and refuses other parameters', async (t) => {
  const { stripe, client } = await standIn(t);
  const first = await client.checkout.sessions.create(purchase(), { idempotencyKey: 'key-1' });
  const again = await client.checkout.sessions.create(purchase(), { idempotencyKey: 'key-1' });
  assert.equal(again.id, first.id);
  assert.equal(again.lastResponse.headers['idempotent-replayed'], 'true');
  assert.equal(stripe.state().sessions.length, 1);
  const other = client.checkout.sessions.create(purchase({ client_reference_id: 'other' }), { idempotencyKey: 'key-1' });
  await assert.rejects(other, { type: 'StripeIdempotencyError', statusCode: 400 });
  await assert.rejects(client.checkout.sessions.expire(first.id, {}, { idempotencyKey: 'key-1' }), { type: 'StripeIdempotencyError' });
  await assert.rejects(client.checkout.sessions.create(purchase(), { idempotencyKey: 'k'.repeat(256) }), { statusCode: 400 });
});

test('a refused request does not use up its idempotency key', async (t) => {
  const { client } = await standIn(t);
  await assert.rejects(client.checkout.sessions.create(purchase({ mode: 'gift' }), { idempotencyKey: 'key-2' }));
  assert.ok(await client.checkout.sessions.create(purchase(), { idempotencyKey: 'key-2' }));
});

test('the same key while the first request runs is a conflict', async (t) => {
  const { stripe, client } = await standIn(t);
  stripe.failNext({ path: '/v1/checkout/sessions', delayMs: 200 });
  const slow = client.checkout.sessions.create(purchase(), { idempotencyKey: 'key-3' });
  await new Promise((resolve) => { setTimeout(resolve, 50); });
  await assert.rejects(client.checkout.sessions.create(purchase(), { idempotencyKey: 'key-3' }), { statusCode: 409, code: 'idempotency_key_in_use' });
  assert.ok((await slow).id);
});

test('ordered faults: errors, hanging and dropping before anything is made', async (t) => {
  const { stripe, client } = await standIn(t);
  const create = (options) => client.checkout.sessions.create(purchase(), options);
  const path = '/v1/checkout/sessions';
  stripe.failNext({ path: '/v1/checkout/*', status: 500 }, { path, status: 429 }, { path, status: 'timeout' });
  await assert.rejects(create(), { statusCode: 500 });
  await assert.rejects(create(), { type: 'StripeRateLimitError' });
  await assert.rejects(create({ timeout: 100 }), { type: 'StripeConnectionError' });
  stripe.failNext({ path: '/v1/events', method: 'GET', status: 'drop' });
  await assert.rejects(raw(stripe, '/v1/events'), TypeError);
  assert.equal((await raw(stripe, '/v1/events')).status, 200);
  assert.equal(stripe.state().sessions.length, 0);
  assert.throws(() => stripe.failNext({ path: '/v1/x', status: 200 }), /Not a fault/);
});

test('a session that was made before the connection broke is found by its key', async (t) => {
  const { stripe, client } = await standIn(t);
  const fault = { path: '/v1/checkout/sessions', mode: 'afterCommit' };
  stripe.failNext({ ...fault, status: 'timeout' }, { ...fault, status: 500 });
  const create = (idempotencyKey) => client.checkout.sessions.create(purchase(), { idempotencyKey, timeout: 200 });
  await assert.rejects(create('key-4'), { type: 'StripeConnectionError' });
  assert.equal((await create('key-4')).id, stripe.state().sessions[0].id);
  await assert.rejects(create('key-6'), { statusCode: 500 });
  assert.equal((await create('key-6')).id, stripe.state().sessions[1].id);
  stripe.failNext({ ...fault, status: 'drop' });
  assert.equal((await create('key-7')).id, stripe.state().sessions[2].id, 'the official client tries again by itself');
  assert.equal(stripe.state().sessions.length, 3);
});

test('events are listed newest first, in pages, by type and by time', async (t) => {
  const { stripe, client } = await standIn(t);
  for (let count = 0; count < 3; count += 1) {
    const made = await client.checkout.sessions.create(purchase());
    stripe.pay(made.id);
  }
  const all = [];
  for await (const event of client.events.list({ limit: 2 })) all.push(event.id);
  assert.deepEqual(all, stripe.events().map((event) => event.id).reverse());
  const done = await client.events.list({ type: 'checkout.session.completed' });
  assert.equal(done.data.length, 3);
  assert.equal((await client.events.list({ types: ['charge.succeeded', 'payment_intent.succeeded'], limit: 100 })).data.length, 6);
  const before = await client.events.list({ ending_before: all[2], limit: 1 });
  assert.deepEqual(before.data.map((event) => event.id), [all[1]]);
  const now = Math.floor(Date.now() / 1000);
  assert.equal((await client.events.list({ created: { gt: now + 10 } })).data.length, 0);
  assert.equal((await client.events.list({ created: { gte: now - 10, lt: now + 10 }, limit: 100 })).data.length, 9);
  assert.equal((await client.events.retrieve(all[0])).api_version, API_VERSION);
  for (const query of ['limit=0', 'limit=101', 'colour=red', 'starting_after=evt_none', 'created[near]=1']) {
    assert.equal((await raw(stripe, `/v1/events?${query}`)).status, 400, query);
  }
});

test('malformed forms are refused', async (t) => {
  const { stripe } = await standIn(t);
  for (const body of ['mode=payment&mode=payment', 'a[b=1', 'a=1&a[b]=2', `x${'[a]'.repeat(11)}=1`, '__proto__[x]=1', 'metadata[constructor][prototype]=1']) {
    assert.equal((await raw(stripe, '/v1/checkout/sessions', { method: 'POST', body })).status, 400, body);
  }
  const large = await raw(stripe, '/v1/checkout/sessions', { method: 'POST', body: `a=${'x'.repeat(1024 * 1024)}` });
  assert.equal(large.status, 413);
});

test('sessions expire by the clock', async (t) => {
  let now = Date.now();
  const { stripe, client } = await standIn(t, { clock: () => now });
  const made = await client.checkout.sessions.create(purchase());
  now += 24 * 60 * 60 * 1000 + 1000;
  assert.equal((await client.checkout.sessions.retrieve(made.id)).status, 'expired');
  assert.equal(stripe.events('checkout.session.expired').length, 1);
  assert.throws(() => stripe.pay(made.id), /expired/);
});

test('sessions, events and idempotency keys survive a restart', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'stripe-'));
  t.after(() => rm(folder, { recursive: true }));
  const stateFile = join(folder, 'stripe.json');
  const first = await standIn(t, { stateFile });
  const made = await first.client.checkout.sessions.create(purchase(), { idempotencyKey: 'key-5' });
  first.stripe.pay(made.id);
  await first.stripe.close();
  const second = await standIn(t, { stateFile });
  assert.equal((await second.client.checkout.sessions.create(purchase(), { idempotencyKey: 'key-5' })).id, made.id);
  assert.equal(second.stripe.session(made.id).payment_status, 'paid');
  assert.equal(second.stripe.events().length, 3);
});
