/** What a buyer sees when a purchase does not go straight through. */
import assert from 'node:assert/strict';
import test, { after, before } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { openPage, openShop, startCheckout } from './kit.mjs';

/** Longest wait for a page that watches a payment, in milliseconds. */
const READY_MAX_MS = 30_000;
/** When the waiting page must have stopped looking, in seconds of its own clock. */
const STOP_MAX_S = 150;

let shop;
before(async () => {
  shop = await openShop();
});
after(() => shop?.close());

async function toPayment(page) {
  await page.goto(shop.world.urls.offer);
  await page.getByRole('button', { name: 'Continue to payment' }).click();
  await page.waitForURL(`${shop.world.urls.payments}/c/pay/**`);
  await page.getByLabel('E-mail').fill('buyer@example.com');
}

function heading(page, name) {
  return page.getByRole('heading', { level: 1, name }).waitFor({ timeout: READY_MAX_MS });
}

const success = (id) => `${shop.world.urls.shop}/commerce/checkout/success?checkout_intent_id=${id}`;
const purchase = (id) => `${shop.world.urls.shop}/products/entitlements?checkout_intent_id=${id}`;

test('a declined card can be followed by one that works', async (t) => {
  const { page, complaints } = await openPage(t, shop);
  await toPayment(page);
  await page.getByRole('button', { name: 'Let the card be declined' }).click();
  await page.getByRole('alert').waitFor();
  await page.getByRole('button', { name: 'Pay $9.00' }).click();
  await heading(page, 'Thank you. It is yours.');
  assert.deepEqual(complaints, []);
});

test('leaving the payment page says that nothing was charged and leads back to the offer', async (t) => {
  const { page, complaints } = await openPage(t, shop);
  await toPayment(page);
  await page.getByRole('link', { name: 'Leave without paying' }).click();
  await heading(page, 'Nothing was charged');
  await page.getByRole('link', { name: 'Back to the offer' }).click();
  await heading(page, 'Launch your first product this month');
  assert.deepEqual(complaints, []);
});

test('a bank payment is shown as on its way and opens by itself when the money arrives', async (t) => {
  const { page, complaints } = await openPage(t, shop);
  await toPayment(page);
  const session = new URL(page.url()).pathname.split('/').at(-1);
  await page.getByRole('button', { name: 'Pay with a delayed method (bank debit)' }).click();
  await heading(page, 'Your payment is on its way');
  shop.world.stripe.settle(session, 'succeeded');
  await heading(page, 'Thank you. It is yours.');
  assert.deepEqual(complaints, []);
});

test('a bank payment that fails says so by itself', async (t) => {
  const { page, complaints } = await openPage(t, shop);
  const { id, session } = await startCheckout(shop);
  shop.world.stripe.pay(session, { email: 'buyer@example.com', delayed: true });
  await shop.world.stripe.idle();
  await page.goto(success(id));
  await heading(page, 'Your payment is on its way');
  shop.world.stripe.settle(session, 'failed');
  await heading(page, 'The payment did not go through');
  await page.goto(purchase(id));
  await heading(page, 'The payment did not go through');
  assert.deepEqual(complaints, []);
});

test('an expired checkout says that nothing is owed', async (t) => {
  const { page, complaints } = await openPage(t, shop);
  const { id, session } = await startCheckout(shop);
  await page.goto(purchase(id));
  await heading(page, 'Waiting for your payment');
  shop.world.stripe.expire(session);
  await heading(page, 'This checkout has expired');
  await page.goto(success(id));
  await heading(page, 'This checkout has expired');
  assert.deepEqual(complaints, []);
});

test('the waiting page goes on looking after the connection was lost', async (t) => {
  const { page } = await openPage(t, shop);
  const { id, session } = await startCheckout(shop);
  let broken = true;
  await page.route('**/api/products/entitlements?**', (route) => (broken ? route.abort() : route.continue()));
  await page.goto(success(id));
  await page.getByText('The connection is down. Trying again shortly.').waitFor();
  shop.world.stripe.pay(session, { email: 'buyer@example.com' });
  await shop.world.stripe.idle();
  broken = false;
  await heading(page, 'Thank you. It is yours.');
});

test('the waiting page stops after about two minutes and leaves the link to look again', async (t) => {
  const { page, complaints } = await openPage(t, shop);
  const { id } = await startCheckout(shop);
  let [asked, answered] = [0, 0];
  await page.route('**/api/products/entitlements?**', (route) => {
    asked += 1;
    return route.fulfill({ json: { checkout: { status: 'stripe_session_created' }, entitlements: [] } });
  });
  page.on('requestfinished', (request) => {
    if (request.url().includes('/api/products/entitlements')) answered += 1;
  });
  await page.clock.install();
  await page.goto(success(id));
  await heading(page, 'Confirming your payment');
  const gaveUp = page.getByText('Not confirmed yet. Nothing is lost: look again in a few minutes.');
  let seconds = 0;
  while (seconds < STOP_MAX_S && !(await gaveUp.isVisible())) {
    seconds += 1;
    await page.clock.runFor(1_000);
    for (let tries = 0; tries < 100 && answered < asked; tries += 1) await sleep(10);
  }
  assert.equal(await gaveUp.isVisible(), true);
  assert.ok(seconds > 100, `${seconds} s`);
  assert.equal(asked, 9);
  await page.getByRole('link', { name: 'Look again' }).click();
  await heading(page, 'Confirming your payment');
  assert.deepEqual(complaints, []);
});

test('a reference that nobody has is answered with a way to enter another', async (t) => {
  const { page, complaints } = await openPage(t, shop);
  const unknown = 'checkout-intent-00000000-0000-4000-8000-000000000000';
  await page.goto(success(unknown));
  await heading(page, 'Which purchase?');
  await page.locator('main').getByRole('link', { name: 'Open my purchase' }).click();
  await heading(page, 'Open your purchase');
  await page.getByLabel('Purchase reference').fill(unknown);
  await page.getByRole('button', { name: 'Open my purchase' }).click();
  await heading(page, 'We do not know this purchase');
  await page.getByLabel('Purchase reference').fill('abc');
  await page.getByRole('button', { name: 'Open my purchase' }).click();
  await heading(page, 'That is not a purchase reference');
  assert.deepEqual(complaints, []);
});

test('an address without a page says so and leads to the shop', async (t) => {
  const { page, complaints } = await openPage(t, shop);
  const response = await page.goto(`${shop.world.urls.shop}/nothing/here`);
  assert.equal(response.status(), 404);
  await heading(page, 'Nothing here');
  await page.getByRole('link', { name: 'Go to the shop' }).click();
  await heading(page, 'Small products that get you launched');
  assert.deepEqual(complaints, []);
});

test('an order whose price moved is refused with the reason instead of charged', async (t) => {
  const { page, complaints } = await openPage(t, shop);
  await page.goto(shop.world.urls.offer);
  await page.locator('[name="shownAmountCents"]').evaluate((input) => {
    input.value = '100';
  });
  await page.getByRole('button', { name: 'Continue to payment' }).click();
  await heading(page, 'The price has changed');
  assert.deepEqual(complaints, []);
});

test('styles, scripts and pictures carry the headers of the shop', async () => {
  const { urls } = shop.world;
  for (const path of ['/style.css', '/offer.js', '/checkout-status.js', '/icon.svg', '/img/hero.svg', '/robots.txt']) {
    const { status, headers } = await fetch(urls.shop + path);
    assert.equal(status, 200, path);
    assert.equal(headers.get('x-content-type-options'), 'nosniff', path);
    assert.equal(headers.get('content-security-policy'), "default-src 'none'; frame-ancestors 'none'", path);
    assert.equal(headers.get('x-frame-options'), 'DENY', path);
    assert.match(headers.get('strict-transport-security'), /max-age=\d{8}/, path);
    assert.match(headers.get('cache-control'), /max-age=\d{3}/, path);
  }
});
