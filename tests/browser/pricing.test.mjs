/** Signing up for a plan, and joining the membership, as a person does it: with script and without. */
import assert from 'node:assert/strict';
import test, { after, before } from 'node:test';
import { PHONE, openPage, openShop } from './kit.mjs';

/** Longest wait for a confirmation, in milliseconds. */
const READY_MAX_MS = 30_000;

let shop;
before(async () => {
  shop = await openShop();
});
after(() => shop?.close());

const card = (page, name) => page.locator('.plan', { has: page.getByRole('heading', { level: 2, name }) });

/** From the plans to the payment page of Grow with the setup. */
async function chooseGrow(page) {
  await page.goto(`${shop.world.urls.shop}/pricing`);
  const grow = card(page, 'Grow');
  await grow.getByLabel('E-mail (optional)').fill('Ana@Example.com');
  await grow.getByRole('checkbox', { name: /White glove/ }).check();
  await grow.getByRole('button', { name: 'Start with Grow' }).click();
  await page.waitForURL(`${shop.world.urls.payments}/c/pay/**`);
}

async function payAndSee(page) {
  assert.equal(await page.getByLabel('E-mail').inputValue(), 'ana@example.com');
  shop.world.stripe.set({ paused: true });
  await page.getByRole('button', { name: 'Pay $1,197.00' }).click();
  await page.getByRole('heading', { level: 1, name: 'Confirming your payment' }).waitFor();
  shop.world.stripe.set({ paused: false });
  await page.getByRole('heading', { level: 1, name: 'Your Grow plan is open' }).waitFor({ timeout: READY_MAX_MS });
  const receipt = await page.locator('.receipt').innerText();
  assert.match(receipt, /a\*{3}@e\*{3}\.com/);
  assert.match(receipt, /Setup\s+Added/);
  assert.ok(!(await page.content()).includes('ana@example.com'));
  assert.equal(await page.getByRole('link', { name: 'Make my account' }).getAttribute('href'), '/login?callbackURL=/account&mode=sign-up');
}

test('a publisher signs up with script', async (t) => {
  const { page, complaints } = await openPage(t, shop);
  await chooseGrow(page);
  await payAndSee(page);
  assert.deepEqual(complaints, []);
});

test('a publisher signs up without script on a phone', async (t) => {
  const { page, complaints } = await openPage(t, shop, { javaScriptEnabled: false, viewport: PHONE });
  await chooseGrow(page);
  await payAndSee(page);
  assert.deepEqual(complaints, []);
});

test('pressing the button again and again is one sign-up, and who leaves comes back to the plans', async (t) => {
  const { page, complaints } = await openPage(t, shop);
  const sessions = () => shop.world.stripe.state().sessions.length;
  const before = sessions();
  await page.goto(`${shop.world.urls.shop}/pricing`);
  await card(page, 'Experiment').getByRole('button', { name: 'Start with Experiment' }).evaluate((button) => {
    button.click();
    button.click();
    button.form.requestSubmit();
  });
  await page.waitForURL(`${shop.world.urls.payments}/c/pay/**`);
  assert.equal(sessions() - before, 1);
  await page.getByRole('link', { name: 'Leave without paying' }).click();
  await page.getByRole('status').filter({ hasText: 'You left before paying' }).waitFor();
  assert.deepEqual(complaints, []);
});

test('a member joins, sees until when it is open, and sees it end', async (t) => {
  const { stripe, urls } = shop.world;
  const { page, complaints } = await openPage(t, shop, { viewport: PHONE });
  await page.goto(`${urls.shop}/offers/launch-membership`);
  await page.getByRole('button', { name: 'Continue to payment' }).click();
  await page.getByLabel('E-mail').fill('member@example.com');
  await page.getByRole('button', { name: 'Pay $29.00' }).click();
  await page.getByRole('heading', { level: 1, name: 'Thank you. It is yours.' }).waitFor({ timeout: READY_MAX_MS });
  await stripe.idle();
  await page.locator('main').getByRole('link', { name: 'Open my purchase' }).click();
  await page.getByText(/^Active until .*, then renews$/).waitFor();
  const { id } = stripe.state().subscriptions.at(-1);
  stripe.cancel(id);
  await stripe.idle();
  await page.reload();
  await page.getByText(/^Cancelled, open until /).waitFor();
  stripe.cancel(id, { now: true });
  await stripe.idle();
  await page.reload();
  await page.getByText(/^Ended on /).waitFor();
  assert.deepEqual(complaints, []);
});
