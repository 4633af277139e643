/** An owner looks after the list: finds somebody, writes a note, records an import and a schedule; on a phone and a desktop. */
import assert from 'node:assert/strict';
import test, { after, before } from 'node:test';
import { findings, smallTargets } from './axe.mjs';
import { DESKTOP, PHONE, assertFits, openPage, openShop, signInOwner } from './kit.mjs';

const PAGE = '/admin/audience';
const NOTE = 'Create private Bumpgrade audience timeline note';
const IMPORT = 'Record Bumpgrade audience import intent';
const SCHEDULE = 'Create dry-run Bumpgrade broadcast schedule intent';
const READER = 'rosalind@example.test';
/** How long to look for a mail, in milliseconds, and how often. */
const MAIL_MAX_MS = 15_000;
const LOOK_EVERY_MS = 50;

let shop;
before(async () => {
  shop = await openShop();
  await join();
});
after(() => shop?.close());

/** Somebody joins, the way a reader does: asks, opens the mail, presses the button. */
async function join() {
  const { urls, mail } = shop.world;
  const answer = await fetch(`${urls.shop}/api/audience/opt-in`, {
    method: 'POST', headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ email: READER, firstName: 'Rosalind of the very long name that goes on', consent: true }),
  });
  assert.equal(answer.status, 200, await answer.text());
  const context = await shop.browser.newContext();
  const page = await context.newPage();
  for (let waited = 0; waited < MAIL_MAX_MS; waited += LOOK_EVERY_MS) {
    if (mail.mails().some((one) => one.to[0].address === READER)) break;
    await page.waitForTimeout(LOOK_EVERY_MS);
  }
  const [link] = mail.mails().find((one) => one.to[0].address === READER).text.match(/^https?:\S+$/gm);
  await page.goto(link);
  await page.getByRole('button', { name: 'Yes, put me on the list' }).click();
  await page.getByText('You are on the list.').waitFor();
  await context.close();
}

async function assertUsable(page, name) {
  assert.deepEqual(await findings(page), [], name);
  assert.deepEqual(await smallTargets(page), [], name);
  await assertFits(page, name);
}

for (const [where, viewport, colorScheme] of [['a phone', PHONE, 'dark'], ['a desktop', DESKTOP, 'light']]) {
  test(`an owner finds somebody, notes something, and records steps, on ${where}`, async (t) => {
    const { page, complaints } = await openPage(t, shop, { viewport, colorScheme, javaScriptEnabled: viewport === DESKTOP });
    await signInOwner(shop, page);
    await page.goto(shop.world.urls.shop + PAGE);
    await page.getByRole('heading', { level: 1, name: 'Audience' }).waitFor();
    assert.equal(await page.locator('.person').count(), 1);
    if (viewport === DESKTOP) await assertUsable(page, 'the list');
    await page.getByLabel('Address or name begins with').fill('nobody');
    await page.getByRole('button', { name: 'Search' }).click();
    await page.getByText('Nobody fits.').waitFor();
    await assertFits(page, 'nobody');
    await page.getByLabel('Address or name begins with').fill('ROSA');
    await page.getByRole('button', { name: 'Search' }).click();
    await page.getByRole('link', { name: /^Rosalind/ }).click();
    await page.getByRole('heading', { level: 1, name: /^Rosalind/ }).waitFor();
    if (viewport === DESKTOP) await assertUsable(page, 'a person');
    await assertFits(page, 'a person');
    await page.getByLabel('Note', { exact: true }).fill(`Met on ${where}.`);
    await page.getByLabel('To confirm, type').fill(NOTE);
    await page.getByRole('button', { name: 'Keep the note' }).click();
    await page.getByText('The note is kept.').waitFor();
    await page.getByText(`Met on ${where}.`).waitFor();

    await page.goto(shop.world.urls.shop + PAGE);
    const schedule = page.locator('.rung').filter({ has: page.getByRole('heading', { name: 'Schedule', exact: true }) });
    const before = await schedule.locator('details[open]').count();
    if (before === 0) await schedule.locator('summary').click();
    await schedule.getByLabel(/To confirm, type/).fill('yes');
    await schedule.getByRole('button', { name: 'Write it down' }).click();
    await page.getByRole('alert').filter({ hasText: 'Nothing was recorded.' }).waitFor();
    if (await schedule.locator('details[open]').count() === 0) await schedule.locator('summary').click();
    await schedule.getByLabel(/To confirm, type/).fill(SCHEDULE);
    await schedule.getByRole('button', { name: 'Write it down' }).click();
    await page.getByText('The schedule is noted. Nothing will be sent by it.').waitFor();
    await schedule.getByText('Written down', { exact: true }).waitFor();

    const imports = page.locator('.rung').filter({ has: page.getByRole('heading', { name: 'Import in mind' }) });
    if (await imports.locator('details[open]').count() === 0) await imports.locator('summary').click();
    await imports.getByLabel('Where the contacts come from').selectOption('csv_upload');
    await imports.getByLabel('What you call the source').fill('Fair');
    await imports.getByLabel('Contacts, about').fill('10');
    await imports.getByLabel(/Of these new/).fill('4');
    await imports.getByLabel(/To confirm, type/).fill(IMPORT);
    await imports.getByRole('button', { name: 'Write it down' }).click();
    await page.getByText('The import is noted. Nobody was imported.').waitFor();
    if (viewport === DESKTOP) await assertUsable(page, 'the list with steps');
    await assertFits(page, 'the list with steps');
    assert.deepEqual(complaints, []);
  });
}

test('somebody who is not an owner sees no reader', async (t) => {
  const { page } = await openPage(t, shop);
  for (const path of [PAGE, `${PAGE}/subscriber-1`]) {
    const answer = await page.goto(shop.world.urls.shop + path);
    assert.equal(answer.status(), 401);
    assert.ok(!(await page.content()).includes(READER), path);
  }
});
