/** The one offer that follows a purchase, with and without script. */
import assert from 'node:assert/strict';
import test, { after, before } from 'node:test';
import { DESKTOP, PHONE, assertFits, openPage, openShop } from './kit.mjs';

/** Longest wait for a page that watches a payment, in milliseconds. */
const READY_MAX_MS = 30_000;

let shop;
before(async () => {
  shop = await openShop();
});
after(() => shop?.close());

const heading = (page, name) => page.getByRole('heading', { level: 1, name }).waitFor({ timeout: READY_MAX_MS });

for (const { name, options } of [
  { name: 'with script on a desktop', options: { viewport: DESKTOP } },
  { name: 'without script on a phone', options: { viewport: PHONE, javaScriptEnabled: false } },
]) {
  test(`a buyer declines the first offer, accepts the smaller one, and is charged nothing more, ${name}`, async (t) => {
    const { page, complaints } = await openPage(t, shop, options);
    await page.goto(shop.world.urls.offer);
    await page.getByRole('button', { name: 'Continue to payment' }).click();
    await page.waitForURL(`${shop.world.urls.payments}/c/pay/**`);
    await page.getByLabel('E-mail').fill('buyer@example.com');
    await page.getByRole('button', { name: 'Pay $9.00' }).click();
    await heading(page, 'Thank you. It is yours.');
    const paid = shop.world.stripe.state().sessions.length;
    await page.getByRole('link', { name: 'See one more offer' }).click();
    await heading(page, 'Launch accelerator');
    await assertFits(page, 'the first offer');
    await page.getByRole('button', { name: 'No, thank you' }).click();
    await heading(page, 'Launch review');
    await page.getByRole('status').filter({ hasText: 'Nothing was charged.' }).waitFor();
    await page.getByRole('button', { name: 'Yes, tell me more' }).click();
    await heading(page, 'We will be in touch');
    await page.getByRole('link', { name: 'Open my purchase' }).click();
    await page.getByText('Ready to read').waitFor();
    assert.equal(shop.world.stripe.state().sessions.length, paid, 'no second payment page was opened');
    assert.deepEqual(complaints, []);
  });
}
