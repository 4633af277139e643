/** A subscription's life at the stand-in, read with Stripe's own client. */
import assert from 'node:assert/strict';
import test from 'node:test';
import { control, membership, standIn } from './testkit.mjs';

const MONTH_S = 30 * 86_400;

/** A paid subscription: `{ stripe, client, id, session }`. */
async function subscribed(t, changes = {}) {
  const { stripe, client } = await standIn(t);
  const session = await client.checkout.sessions.create({ ...membership(), ...changes });
  stripe.pay(session.id, { email: 'ana@example.com' });
  return { stripe, client, session, id: stripe.session(session.id).subscription };
}

const types = (stripe) => stripe.events().map((event) => event.type);

test('a paid session makes a customer, a subscription and a paid invoice', async (t) => {
  const { stripe, client, session, id } = await subscribed(t, { allow_promotion_codes: true, billing_address_collection: 'auto' });
  const subscription = await client.subscriptions.retrieve(id);
  const customer = await client.customers.retrieve(subscription.customer);
  assert.equal(customer.email, 'ana@example.com');
  assert.equal(stripe.session(session.id).customer, customer.id);
  const invoice = await client.invoices.retrieve(subscription.latest_invoice);
  const [item] = subscription.items.data;
  assert.equal(invoice.status, 'paid');
  assert.equal(invoice.amount_paid, 1200);
  assert.equal(invoice.parent.subscription_details.subscription, id);
  assert.deepEqual(invoice.parent.subscription_details.metadata, { product_id: 'club' });
  assert.deepEqual(invoice.lines.data[0].period, { start: item.current_period_start, end: item.current_period_end });
  assert.equal(item.current_period_end - item.current_period_start, MONTH_S);
  assert.deepEqual(types(stripe), ['charge.succeeded', 'payment_intent.succeeded', 'invoice.paid', 'checkout.session.completed', 'customer.subscription.created']);
  await assert.rejects(client.customers.retrieve('cus_none'), { code: 'resource_missing' });
  await assert.rejects(client.invoices.retrieve('in_none'), { code: 'resource_missing' });
});

test('what is paid once is on the first invoice only', async (t) => {
  const once = { quantity: 1, price_data: { currency: 'usd', unit_amount: 5000, product_data: { name: 'Setup' } } };
  const { stripe, client, id } = await subscribed(t, { line_items: [...membership().line_items, once] });
  const first = await client.invoices.retrieve((await client.subscriptions.retrieve(id)).latest_invoice);
  assert.equal(first.amount_paid, 6200);
  stripe.renew(id);
  const next = await client.invoices.retrieve((await client.subscriptions.retrieve(id)).latest_invoice);
  assert.deepEqual([next.amount_paid, next.billing_reason, next.lines.data.length], [1200, 'subscription_cycle', 1]);
});

test('a renewal moves the period and is paid, or fails', async (t) => {
  const { stripe, client, id } = await subscribed(t);
  const before = (await client.subscriptions.retrieve(id)).items.data[0].current_period_end;
  stripe.renew(id);
  const renewed = await client.subscriptions.retrieve(id);
  assert.deepEqual([renewed.status, renewed.items.data[0].current_period_start, renewed.items.data[0].current_period_end], ['active', before, before + MONTH_S]);
  assert.deepEqual(types(stripe).slice(-4), ['customer.subscription.updated', 'charge.succeeded', 'payment_intent.succeeded', 'invoice.paid']);
  stripe.renew(id, { fails: true });
  const failed = await client.subscriptions.retrieve(id);
  assert.equal(failed.status, 'past_due');
  assert.equal((await client.invoices.retrieve(failed.latest_invoice)).status, 'open');
  assert.deepEqual(types(stripe).slice(-2), ['invoice.payment_failed', 'customer.subscription.updated']);
});

test('a subscription is cancelled at the end of its period, or at once', async (t) => {
  const { stripe, client, id } = await subscribed(t);
  stripe.cancel(id);
  const ending = await client.subscriptions.retrieve(id);
  assert.deepEqual([ending.status, ending.cancel_at_period_end, ending.cancel_at], ['active', true, ending.items.data[0].current_period_end]);
  stripe.renew(id);
  assert.deepEqual([(await client.subscriptions.retrieve(id)).status, types(stripe).at(-1)], ['canceled', 'customer.subscription.deleted']);
  for (const act of ['renew', 'cancel', 'subscription']) {
    assert.equal((await control(stripe, act, { subscription: id, status: 'active' })).status, 409, act);
  }
  const other = await subscribed(t);
  assert.equal((await control(other.stripe, 'cancel', { subscription: other.id, now: true })).status, 200);
  assert.equal(types(other.stripe).at(-1), 'customer.subscription.deleted');
});

test('the money of the latest period goes back, in parts or whole', async (t) => {
  const { stripe, id } = await subscribed(t);
  stripe.renew(id);
  stripe.refundSubscription(id, 200);
  assert.equal((await control(stripe, 'refund', { subscription: id })).status, 200);
  const [part, whole] = stripe.events('charge.refunded').map((event) => event.data.object);
  assert.deepEqual([part.amount_refunded, part.refunded, whole.amount_refunded, whole.refunded], [200, false, 1200, true]);
  assert.equal(whole.customer, stripe.state().subscriptions[0].customer);
  assert.equal((await control(stripe, 'refund', { subscription: id })).status, 409, 'nothing is left');
  assert.equal((await control(stripe, 'renew', { subscription: 'sub_none' })).status, 409);
});
