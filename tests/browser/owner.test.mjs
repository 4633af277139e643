/** An owner at work: the newest purchases, a note that access should end, a private file; on a phone, and without script. */
import assert from 'node:assert/strict';
import test, { after, before } from 'node:test';
import { findings, smallTargets } from './axe.mjs';
import { DESKTOP, PHONE, assertFits, openPage, openShop, signInOwner, startCheckout } from './kit.mjs';

const BUYER = 'buyer@example.com';
const PAGE = '/admin/products';
const NOTE = 'Record product access removal intent';
const UPLOAD = 'Create private product asset upload intent';

let shop;
before(async () => {
  shop = await openShop();
  const { session } = await startCheckout(shop);
  shop.world.stripe.pay(session, { email: BUYER });
  await shop.world.stripe.idle();
});
after(() => shop?.close());

async function openAsOwner(t, options) {
  const opened = await openPage(t, shop, options);
  await signInOwner(shop, opened.page);
  await opened.page.goto(shop.world.urls.shop + PAGE);
  return opened;
}

async function assertUsable(page, name) {
  assert.deepEqual(await findings(page), [], name);
  assert.deepEqual(await smallTargets(page), [], name);
  await assertFits(page, name);
}

async function uploadFile(page, name) {
  await page.getByRole('link', { name: 'Upload a file' }).first().click();
  await page.getByLabel('File name').fill(name);
  await page.getByLabel('Content').fill('Plan A');
  await page.getByLabel('To confirm, type').fill(UPLOAD);
  await page.getByRole('button', { name: 'Store the file' }).click();
  await page.getByRole('status').waitFor();
}

for (const [where, viewport, colorScheme] of [['a phone', PHONE, 'dark'], ['a desktop', DESKTOP, 'light']]) {
  test(`an owner sees who bought, notes that access should end, and stores a file, on ${where}`, async (t) => {
    const { page, complaints } = await openAsOwner(t, { viewport, colorScheme });
    await page.getByRole('heading', { level: 1, name: 'Products' }).waitFor();
    await page.getByRole('cell', { name: BUYER }).first().waitFor();
    await assertUsable(page, 'the list');

    await page.getByRole('link', { name: /^End access/ }).first().click();
    await page.getByRole('heading', { name: 'Note that access should end' }).waitFor();
    await assertUsable(page, 'the form of a note');
    await page.getByLabel('Why').selectOption('customer_request');
    await page.getByLabel(/in confidence/).fill('They asked by mail.');
    await page.getByLabel('To confirm, type').fill(NOTE);
    await page.getByRole('button', { name: 'Record the note' }).click();
    assert.match(await page.getByRole('status').innerText(), /Nothing was changed/);
    await page.getByRole('cell', { name: 'Customer request' }).first().waitFor();
    assert.ok(!(await page.content()).includes('They asked by mail.'), 'what is said in confidence is not shown');

    await page.goto(shop.world.urls.shop + PAGE);
    await uploadFile(page, `plan-${viewport.width}.txt`);
    await page.getByRole('rowheader', { name: `plan-${viewport.width}.txt` }).waitFor();
    await assertUsable(page, 'the list with a file and a note');
    assert.deepEqual(complaints, []);
  });
}

test('without script everything works, and words that do not confirm record nothing', async (t) => {
  const { page } = await openAsOwner(t, { javaScriptEnabled: false });
  await uploadFile(page, 'plain.txt');
  await page.getByRole('rowheader', { name: 'plain.txt' }).waitFor();
  await page.getByRole('link', { name: /^End access/ }).first().click();
  const notes = page.getByRole('cell', { name: 'Manual review' });
  await page.getByLabel('To confirm, type').fill(NOTE.toLowerCase());
  await page.getByRole('button', { name: 'Record the note' }).click();
  await page.getByRole('heading', { level: 1 }).waitFor();
  await page.goto(shop.world.urls.shop + PAGE);
  assert.equal(await notes.count(), 0);
});

test('a stranger meets a closed door', async (t) => {
  const { page } = await openPage(t, shop);
  const answer = await page.goto(shop.world.urls.shop + PAGE);
  assert.equal(answer.status(), 401);
  await page.getByRole('link', { name: 'Sign in' }).waitFor();
  assert.ok(!(await page.content()).includes(BUYER));
});
