/** The whole purchase over HTTP, from the start of a checkout to the bytes of the file. */
import assert from 'node:assert/strict';
import test from 'node:test';
import { seedFile } from './kit/data.mjs';
import { CONFIRMATION, TOTAL_CENTS } from './kit/shop.mjs';
import { startWorld } from './world.mjs';

/** How long a download token lives, in milliseconds, and how far two clocks may be apart. */
const TOKEN_LIFE_MS = 900_000;
const CLOCK_SLACK_MS = 60_000;

test('a buyer pays for the pass and the bump and downloads the file once', async (t) => {
  const world = await startWorld(t);
  const preview = await world.start({ previewOnly: true });
  assert.equal(preview.json.status, 'preview');
  assert.equal(preview.json.totalAmountCents, TOTAL_CENTS);

  const started = await world.start({ idempotencyKey: 'purchase-0001' });
  assert.equal(started.status, 200);
  assert.equal(started.json.status, 'stripe_session_created');
  const intent = started.json.checkoutIntentId;
  assert.match(intent, /^checkout-intent-[0-9a-f-]{36}$/);

  const redirect = await world.send({ path: new URL(started.json.redirect.url).pathname });
  assert.equal(redirect.status, 303);
  assert.equal(redirect.headers['referrer-policy'], 'no-referrer');
  assert.equal(redirect.headers['cache-control'], 'no-store');
  const paymentPage = redirect.headers.location;
  assert.ok(paymentPage.startsWith(`${world.stripe.origin}/c/pay/cs_`), paymentPage);

  const paid = await fetch(`${paymentPage}/pay`, { method: 'POST', redirect: 'manual', body: new URLSearchParams({ email: 'Buyer@Example.com' }) });
  assert.equal(paid.status, 303);
  const back = new URL(paid.headers.get('location'));
  assert.equal(back.origin, world.origin);
  assert.equal(back.searchParams.get('checkout_intent_id'), intent);
  assert.equal(back.searchParams.get('session_id'), world.sessionOf(intent).id);
  await world.stripe.idle();
  assert.deepEqual(world.stripe.deliveries().map((delivery) => delivery.status), [200, 200, 200]);
  assert.equal((await fetch(back)).status, 200);
  assert.equal((await world.send({ path: new URL(started.json.redirect.url).pathname })).json.code, 'checkout_redirect_not_available');

  const looked = (await world.lookup(intent)).json;
  assert.equal(looked.checkout.status, 'paid');
  assert.equal(looked.checkout.amount, '28.00 USD');
  assert.deepEqual(looked.counts, { entitlements: 2, activeEntitlements: 2, fulfillmentTasks: 2 });
  assert.deepEqual(looked.entitlements.map(({ productId }) => productId), ['product-launch-bundle', 'product-launch-checklist-download']);
  for (const { id } of looked.entitlements) await downloadOnce(world, intent, id);
  assert.deepEqual(world.stripe.violations, []);
});

async function downloadOnce(world, intent, entitlement) {
  const made = await world.token(intent, entitlement);
  assert.equal(made.status, 201);
  const { token, downloadUrl, expiresAt } = made.json;
  assert.ok(Math.abs(Date.parse(expiresAt) - Date.now() - TOKEN_LIFE_MS) < CLOCK_SLACK_MS, expiresAt);

  for (let look = 0; look < 3; look += 1) {
    const head = await world.send({ method: 'HEAD', path: downloadUrl });
    assert.equal(head.status, 200);
    assert.equal(head.body.length, 0);
  }
  const file = await world.send({ path: downloadUrl });
  assert.equal(file.status, 200);
  assert.ok(file.body.equals(seedFile()));
  assert.equal(file.headers['content-length'], String(seedFile().length));
  assert.equal(file.headers['content-type'], 'text/plain; charset=utf-8');
  assert.match(file.headers['content-disposition'], /^attachment; filename="asset-launch-checklist-pdf\.txt"; filename\*=UTF-8''/);
  assert.equal(file.headers['cache-control'], 'no-store');
  assert.equal(file.headers['x-content-type-options'], 'nosniff');
  assert.equal(file.headers['referrer-policy'], 'no-referrer');

  for (const method of ['GET', 'HEAD']) assert.equal((await world.download(token, method)).status, 410, method);
  assert.equal((await world.download(token)).json.code, 'token_used');
}

test('a plain form does the same without a program', async (t) => {
  const world = await startWorld(t);
  const form = (path, fields) => world.send({
    method: 'POST', path, headers: { 'content-type': 'application/x-www-form-urlencoded' }, body: new URLSearchParams(fields).toString(),
  });
  const started = await form('/api/commerce/checkout', {
    confirmationText: CONFIRMATION, idempotencyKey: 'form-key-0001', expectedAmountCents: '900',
  });
  assert.equal(started.status, 303);
  const [, intent] = /\/redirect\/(checkout-intent-[0-9a-f-]{36})$/.exec(started.headers.location);
  world.stripe.pay(world.sessionOf(intent).id, { email: 'form@example.com' });
  await world.stripe.idle();
  const [entitlement] = (await world.lookup(intent)).json.entitlements;
  const ticket = await form('/api/products/download-tokens', { checkoutIntentId: intent, entitlementId: entitlement.id });
  assert.equal(ticket.status, 303);
  const file = await world.send({ path: ticket.headers.location });
  assert.equal(file.status, 200);
  assert.ok(file.body.equals(seedFile()));
});
