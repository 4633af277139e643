/** Memberships and plans on the built Worker: events over HTTP, signed, in order and out of it. */
import assert from 'node:assert/strict';
import test from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { startWorld } from './world.mjs';

const SECOND_MS = 1_000;

/** Event times are whole seconds, so what is meant to come later has to wait for the next one. */
const nextSecond = () => sleep(SECOND_MS - (Date.now() % SECOND_MS) + 1);

const MEMBERSHIP = {
  orderBumpPriceIds: [], priceId: 'price-launch-membership-monthly-usd',
  confirmationText: 'Create checkout for Bumpgrade launch membership at 29.00 USD per month',
};

/** A paid membership with everything delivered: `{ intent, subscription }`. */
async function join(world) {
  const started = await world.start(MEMBERSHIP);
  assert.equal(started.status, 200, started.text);
  const intent = started.json.checkoutIntentId;
  world.stripe.pay(world.sessionOf(intent).id, { email: 'member@example.com' });
  await world.stripe.idle();
  return { intent, subscription: world.sessionOf(intent).subscription };
}

async function membership(world, intent) {
  const { entitlements } = (await world.lookup(intent)).json;
  assert.equal(entitlements.length, 1);
  const [{ productId, status, grantKind, fulfillment }] = entitlements;
  assert.deepEqual([productId, grantKind, fulfillment.kind], ['product-launch-membership', 'sandbox_subscription_webhook', 'membership']);
  return `${status} ${fulfillment.status}`;
}

test('a membership opens with its subscription, renews, closes with a failed payment, opens again and ends', async (t) => {
  const world = await startWorld(t);
  const { intent, subscription } = await join(world);
  assert.equal(await membership(world, intent), 'active active');
  const steps = [
    [() => world.stripe.renew(subscription), 'active active'],
    [() => world.stripe.renew(subscription, { fails: true }), 'inactive paused'],
    [() => world.stripe.changeSubscription(subscription, 'active'), 'active active'],
    [() => world.stripe.cancel(subscription), 'active active'],
    [() => world.stripe.cancel(subscription, { now: true }), 'inactive paused'],
  ];
  for (const [act, expected] of steps) {
    await nextSecond();
    act();
    await world.stripe.idle();
    assert.equal(await membership(world, intent), expected, String(act));
  }
  assert.ok(world.stripe.deliveries().every((delivery) => delivery.status === 200), JSON.stringify(world.stripe.deliveries().at(-1)));
  assert.deepEqual(world.stripe.violations, []);
});

test('doubled and reversed deliveries end in the same access', async (t) => {
  const world = await startWorld(t);
  world.stripe.set({ paused: true, duplicate: true });
  const started = await world.start(MEMBERSHIP);
  const intent = started.json.checkoutIntentId;
  world.stripe.pay(world.sessionOf(intent).id, { email: 'member@example.com' });
  const { subscription } = world.sessionOf(intent);
  world.stripe.renew(subscription);
  world.stripe.cancel(subscription, { now: true });
  await world.stripe.flush({ reverse: true });
  assert.equal(await membership(world, intent), 'inactive paused');
  await world.stripe.redeliver(world.stripe.events('customer.subscription.created'), { times: 3 });
  assert.equal(await membership(world, intent), 'inactive paused');
  assert.equal((await world.lookup(intent)).json.checkout.status, 'paid');
});

test('a plan is signed up for, paid, renewed and given back', async (t) => {
  const world = await startWorld(t);
  const body = { planSlug: 'grow', buyerEmail: 'Ana@Example.com', whiteGloveSetup: true, idempotencyKey: 'workerd-plan-0001' };
  const started = await world.post('/api/billing/checkout', body);
  assert.equal(started.json.status, 'stripe_session_created');
  assert.ok(!started.text.includes('cs_test') && started.json.redirectUrl.startsWith(world.origin));
  const intent = started.json.checkoutIntentId;
  assert.equal((await world.post('/api/billing/checkout', body)).json.duplicate, true);
  const session = world.sessionOf(intent);
  assert.deepEqual([session.mode, session.allow_promotion_codes, session.amount_total], ['subscription', true, 119_700]);
  const page = () => world.send({ path: `/pricing/success?checkout_intent_id=${intent}&session_id=${session.id}` });
  assert.match((await page()).text, /Confirming your payment/);
  world.stripe.pay(session.id, { email: 'Ana@Example.com' });
  await world.stripe.idle();
  const shown = (await page()).text;
  assert.match(shown, /Your Grow plan is open/);
  assert.ok(shown.includes('a***@e***.com') && !/ana@example\.com/i.test(shown));
  const { subscription } = world.sessionOf(intent);
  world.stripe.refundSubscription(subscription);
  await world.stripe.idle();
  assert.match((await page()).text, /This plan is not open/);
  world.stripe.renew(subscription);
  await world.stripe.idle();
  assert.match((await page()).text, /Your Grow plan is open/);
  world.stripe.cancel(subscription, { now: true });
  await world.stripe.idle();
  assert.match((await page()).text, /This plan is not open/);
  assert.deepEqual(world.stripe.violations, []);
});

test('subscription events that no webhook brought are swept up', async (t) => {
  const world = await startWorld(t);
  world.stripe.set({ paused: true });
  const started = await world.start(MEMBERSHIP);
  world.stripe.pay(world.sessionOf(started.json.checkoutIntentId).id, { email: 'member@example.com' });
  await world.cron();
  assert.equal(await membership(world, started.json.checkoutIntentId), 'active active');
});
