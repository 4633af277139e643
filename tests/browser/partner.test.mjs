/** A visitor by a partner's link buys; the owner sees the commission with its reason and decides. */
import assert from 'node:assert/strict';
import test, { after, before } from 'node:test';
import { findings, smallTargets } from './axe.mjs';
import { DESKTOP, PHONE, assertFits, openPage, openShop, signInOwner } from './kit.mjs';

/** Longest wait for a confirmation, in milliseconds. */
const READY_MAX_MS = 30_000;
/** What a browser calls itself when nobody automates it: a robot's visit does not count. */
const PERSON = 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36';
const PHRASE = 'Apply owner review action to Bumpgrade commission ledger evidence';

let shop;
before(async () => {
  shop = await openShop();
});
after(() => shop?.close());

/** Follow the link, tick the extra, pay. */
async function buyByLink(page) {
  await page.goto(`${shop.world.urls.shop}/r/LAUNCHCIRCLE`);
  await page.getByRole('heading', { level: 1, name: /Launch your first product/ }).waitFor();
  assert.ok(page.url().endsWith('/offers/indie-launch-stack'), page.url());
  await page.getByRole('checkbox', { name: /Add it to my order/ }).check();
  await page.getByRole('button', { name: 'Continue to payment' }).click();
  await page.getByLabel('E-mail').fill('buyer@example.com');
  await page.getByRole('button', { name: 'Pay $28.00' }).click();
  await page.getByRole('heading', { level: 1, name: 'Thank you. It is yours.' }).waitFor({ timeout: READY_MAX_MS });
}

test('a partner is credited for what the visitor bought, and the owner sees why and decides', async (t) => {
  const visitor = await openPage(t, shop, { javaScriptEnabled: false, viewport: PHONE, userAgent: PERSON });
  await buyByLink(visitor.page);
  assert.deepEqual(visitor.complaints, []);

  const { page, complaints } = await openPage(t, shop);
  await signInOwner(shop, page);
  await page.goto(`${shop.world.urls.shop}/admin/affiliates`);
  await page.getByRole('heading', { level: 1, name: 'Partners' }).waitFor();
  const credit = page.locator('.credit').first();
  await credit.getByRole('heading', { name: '$4.60 for Launch Circle' }).waitFor();
  for (const reason of ['$9 × 30', '$19 × 10', 'The first click counts for 30 days', 'on /r/LAUNCHCIRCLE']) {
    assert.ok((await credit.innerText()).replaceAll('\u00a0', ' ').includes(reason), reason);
  }
  await credit.locator('summary').click();
  for (const viewport of [DESKTOP, PHONE]) {
    await page.setViewportSize(viewport);
    assert.deepEqual(await findings(page), []);
    assert.deepEqual(await smallTargets(page), []);
    await assertFits(page, 'the desk');
  }
  await credit.getByLabel('Decision').selectOption('hold_for_review');
  await credit.getByLabel(/Reason that the partner may see/).fill('We check the order.');
  await credit.getByLabel(/To confirm, type/).fill('yes');
  await credit.getByRole('button', { name: 'Record the decision' }).click();
  await page.getByRole('alert').filter({ hasText: 'Nothing was recorded.' }).waitFor();
  await credit.locator('summary').click();
  await credit.getByLabel('Decision').selectOption('hold_for_review');
  await credit.getByLabel(/Reason that the partner may see/).fill('We check the order.');
  await credit.getByLabel(/To confirm, type/).fill(PHRASE);
  await credit.getByRole('button', { name: 'Record the decision' }).click();
  await page.getByText('The decision about the commission is recorded.').waitFor();
  assert.match(await credit.innerText(), /Held by you[^]*We check the order\./);
  assert.deepEqual(complaints, []);
});
