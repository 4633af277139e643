/** The payment page, the events it causes, and how they are delivered. */
import assert from 'node:assert/strict';
import test from 'node:test';
import { WEBHOOK_SECRET, control, membership, purchase, receiver, standIn, submit } from './testkit.mjs';

const FAST_RETRIES_MS = [5, 10, 20];

async function paidWorld(t, answers, options = {}) {
  const hook = await receiver(t, answers);
  const world = await standIn(t, { webhookUrl: hook.url, retryDelaysMs: FAST_RETRIES_MS, ...options });
  const session = await world.client.checkout.sessions.create(purchase());
  return { ...world, hook, session };
}

test('the payment page shows the order, escaped, and takes a payment without a script', async (t) => {
  const { stripe, client, hook, session } = await paidWorld(t);
  const page = await fetch(session.url);
  const text = await page.text();
  assert.match(page.headers.get('content-security-policy'), /form-action 'self' http:\/\/127\.0\.0\.1:1;/);
  for (const part of ['Guide &lt;1&gt;', '$28.00', 'value="buyer@example.com"', '4242 4242 4242 4242', 'Local test payments', 'href="http://127.0.0.1:1/offer"']) {
    assert.ok(text.includes(part), part);
  }
  assert.ok(!text.includes('<script'));

  assert.equal((await submit(`${session.url}/pay`, { email: 'nobody' })).status, 400);
  const declined = await submit(`${session.url}/decline`, { email: 'a@b.co' });
  assert.equal(declined.status, 200);
  assert.match(await declined.text(), /declined/);
  assert.equal((await submit(`${session.url}/pay`, { email: 'a@b.co', card: '4000 0000 0000 0002' })).status, 200);
  assert.equal(stripe.session(session.id).status, 'open');

  const paid = await submit(`${session.url}/pay`, { email: 'new@example.com', name: 'N' });
  assert.equal(paid.status, 303);
  assert.equal(paid.headers.get('location'), `http://127.0.0.1:1/thanks?checkout_intent_id=i1&session_id=${session.id}`);
  const read = await client.checkout.sessions.retrieve(session.id);
  assert.equal(read.payment_status, 'paid');
  assert.equal(read.customer_details.email, 'new@example.com');
  assert.match(read.payment_intent, /^pi_/);
  await stripe.idle();
  for (const { body, signature } of hook.got) client.webhooks.constructEvent(body, signature, WEBHOOK_SECRET);
  assert.deepEqual(hook.got.map(({ event }) => event.type), ['charge.succeeded', 'payment_intent.succeeded', 'checkout.session.completed']);
  assert.equal(hook.got[2].body, JSON.stringify(hook.got[2].event, null, 2));
  assert.equal((await submit(`${session.url}/pay`, { email: 'a@b.co' })).status, 409);
  assert.match(await (await fetch(`${stripe.origin}/c/pay/${session.id}`)).text(), /Paid\./);
});

for (const [outcome, type, status] of [['succeeded', 'async_payment_succeeded', 'paid'], ['failed', 'async_payment_failed', 'unpaid']]) {
  test(`a delayed payment is settled as ${outcome}`, async (t) => {
    const { stripe, hook, session } = await paidWorld(t);
    assert.equal((await submit(`${session.url}/delayed`, { email: 'a@b.co' })).status, 303);
    await stripe.idle();
    assert.equal(hook.got.at(-1).event.data.object.payment_status, 'unpaid');
    assert.equal(hook.got.at(-1).event.type, 'checkout.session.completed');
    const page = `${stripe.origin}/c/pay/${session.id}`;
    assert.match(await (await fetch(page)).text(), /The money arrives/);
    assert.equal((await submit(`${page}/settle`, { outcome })).status, 303);
    await stripe.idle();
    assert.equal(hook.got.at(-1).event.type, `checkout.session.${type}`);
    assert.equal(stripe.session(session.id).payment_status, status);
    assert.throws(() => stripe.settle(session.id, outcome), /no payment that waits/);
  });
}

test('a delivery is retried until it is taken, each time with a fresh valid signature', async (t) => {
  const { stripe, client, hook, session } = await paidWorld(t, [500, 302, 200]);
  stripe.expire(session.id);
  await stripe.idle();
  assert.deepEqual(stripe.deliveries().map((entry) => [entry.attempt, entry.status]), [[1, 500], [2, 302], [3, 200]]);
  for (const { body, signature } of hook.got) client.webhooks.constructEvent(body, signature, WEBHOOK_SECRET);
  assert.equal(stripe.events()[0].pending_webhooks, 0);
});

test('a delivery that always fails stops after its last retry', async (t) => {
  const { stripe, session } = await paidWorld(t, [503]);
  stripe.expire(session.id);
  await stripe.idle();
  assert.equal(stripe.deliveries().length, 1 + FAST_RETRIES_MS.length);
  assert.equal(stripe.state().pending.length, 0);
  assert.equal(stripe.events()[0].pending_webhooks, 1);
});

test('a receiver that is not there is logged as such', async (t) => {
  const { stripe, client } = await standIn(t, { webhookUrl: 'http://127.0.0.1:1/', retryDelaysMs: [] });
  const session = await client.checkout.sessions.create(purchase());
  stripe.expire(session.id);
  await stripe.idle();
  assert.ok(stripe.deliveries()[0].error);
});

test('delivery can be paused, reversed, doubled and delayed', async (t) => {
  const { stripe, hook, session } = await paidWorld(t);
  stripe.set({ paused: true });
  stripe.pay(session.id);
  await stripe.idle();
  assert.equal(hook.got.length, 0);
  await control(stripe, 'flush', { reverse: true });
  assert.equal(hook.got[0].event.type, 'checkout.session.completed');
  assert.equal(hook.got.length, 3);
  stripe.set({ paused: false, reorder: true, duplicate: true, delayMs: 20 });
  stripe.refund(session.id, 100);
  assert.equal(hook.got.length, 3);
  await stripe.idle();
  assert.equal(hook.got.length, 5);
  assert.equal(hook.got[3].event.id, hook.got[4].event.id);
  assert.equal(hook.got[4].event.data.object.amount_refunded, 100);
});

test('what waited while paused is delivered on resume', async (t) => {
  const { stripe, hook, session } = await paidWorld(t);
  await control(stripe, 'settings', { paused: true });
  stripe.pay(session.id);
  await control(stripe, 'settings', { paused: false });
  await stripe.idle();
  assert.equal(hook.got.length, 3);
});

test('an event can be delivered again, many times, and forged', async (t) => {
  const { stripe, client, hook, session } = await paidWorld(t);
  stripe.pay(session.id);
  await stripe.idle();
  const [done] = stripe.events('checkout.session.completed');
  const entries = await (await control(stripe, 'redeliver', { event: done.id, times: 3 })).json();
  assert.deepEqual(entries.map((entry) => entry.attempt), [2, 3, 4]);
  await control(stripe, 'redeliver', { session: session.id });
  assert.equal(hook.got.length, 7);
  await stripe.deliver(done, { secret: 'whsec_wrong' });
  const forged = hook.got.at(-1);
  assert.throws(() => client.webhooks.constructEvent(forged.body, forged.signature, WEBHOOK_SECRET), /signature/);
  await stripe.deliver(done.id, { timestampS: 1 });
  const stale = hook.got.at(-1);
  assert.throws(() => client.webhooks.constructEvent(stale.body, stale.signature, WEBHOOK_SECRET), /Timestamp/);
  const own = stripe.emit('invoice.paid', { id: 'in_1', object: 'invoice' });
  await stripe.idle();
  assert.equal(hook.got.at(-1).event.id, own.id);
});

test('the overview shows what happened and its buttons work without a script', async (t) => {
  const { stripe, client } = await standIn(t);
  const one = await client.checkout.sessions.create(purchase());
  const two = await client.checkout.sessions.create(membership());
  for (const [act, fields] of [['pay', { session: one.id }], ['pay', { session: two.id, delayed: 'true' }], ['settle', { session: two.id, outcome: 'failed' }],
    ['refund', { session: one.id }], ['settings', { paused: 'true' }]]) {
    assert.equal((await submit(`${stripe.origin}/_control/${act}`, fields)).status, 303, act);
  }
  const ended = await submit(`${stripe.origin}/_control/subscription`, { subscription: stripe.session(two.id).subscription, status: 'canceled' });
  assert.equal(ended.status, 303);
  const text = await (await fetch(stripe.origin)).text();
  for (const part of ['charge.refunded', 'customer.subscription.deleted', 'checkout.session.async_payment_failed', 'Resume delivery']) {
    assert.ok(text.includes(part), part);
  }
  assert.equal((await control(stripe, 'pay', { session: one.id })).status, 409);
  assert.equal((await control(stripe, 'nothing')).status, 404);
  assert.equal((await control(stripe, 'settings', { failNext: [{ path: 'x' }] })).status, 400);
  assert.equal((await fetch(`${stripe.origin}/_control/settings`)).status, 405);
  const state = await (await fetch(`${stripe.origin}/_control/state`)).json();
  assert.equal(state.sessions.length, 2);
  const foreign = await fetch(`${stripe.origin}/_control/flush`, { method: 'POST', headers: { origin: 'https://evil.example' } });
  assert.equal(foreign.status, 403);
});
