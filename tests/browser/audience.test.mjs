/** A reader joins from a phone, confirms from the mail, leaves by a letter, and erases what is left; with and without script. */
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import test, { after, before } from 'node:test';
import { findings, smallTargets } from './axe.mjs';
import { DESKTOP, PHONE, assertFits, openPage, openShop } from './kit.mjs';

/** How long to look for a mail, in milliseconds, and how often. */
const MAIL_MAX_MS = 15_000;
const LOOK_EVERY_MS = 50;
const ASK = 'Please confirm: you want our letters';

let shop;
before(async () => {
  shop = await openShop();
});
after(() => shop?.close());

/** The newest mail to somebody. */
async function mailTo(page, email, subject) {
  for (let waited = 0; waited < MAIL_MAX_MS; waited += LOOK_EVERY_MS) {
    const mail = shop.world.mail.mails().findLast((one) => one.to[0].address === email && one.subject === subject);
    if (mail) return mail;
    await page.waitForTimeout(LOOK_EVERY_MS);
  }
  throw new Error(`no mail "${subject}" to ${email}`);
}

const linksOf = (mail) => mail.text.match(/^https?:\S+$/gm);
const heading = (page, name) => page.getByRole('heading', { level: 1, name }).waitFor();

/** Usable by everybody, on a phone and on a desktop. */
async function check(page, name) {
  for (const viewport of [DESKTOP, PHONE]) {
    await page.setViewportSize(viewport);
    assert.deepEqual(await smallTargets(page), [], name);
    await assertFits(page, name);
  }
}

/** The same, with axe, which needs a page that may run script. */
async function checkAll(page, name) {
  await check(page, name);
  assert.deepEqual(await findings(page), [], name);
}

async function fillIn(page, email, name) {
  await page.goto(shop.world.urls.shop);
  await page.getByRole('link', { name: 'Send me the checklist' }).click();
  await heading(page, /Launch in a week/);
  await page.getByLabel('E-mail').fill(email);
  await page.getByLabel('First name').fill(name);
  await page.getByLabel(/Yes, write to me/).check();
}

async function join(page, email, name, look) {
  await fillIn(page, email, name);
  await look(page, 'the form');
  await page.getByRole('button', { name: 'Send me the checklist' }).click();
  await heading(page, 'Look into your mail');
  await look(page, 'sent');
  const [link] = linksOf(await mailTo(page, email, ASK));
  await page.goto(link);
  await heading(page, 'One press, and you are in');
  await look(page, 'confirm');
  await page.getByRole('button', { name: 'Yes, put me on the list' }).click();
  await heading(page, 'The one-week launch checklist');
  await page.getByText('You are on the list.').waitFor();
  await look(page, 'the checklist');
  return link;
}

for (const [how, javaScriptEnabled, look] of [['with script', true, checkAll], ['without script', false, check]]) {
  test(`a reader joins from a phone and leaves by a letter, ${how}`, async (t) => {
    const email = `reader-${javaScriptEnabled}@example.test`;
    const { page, complaints } = await openPage(t, shop, { viewport: PHONE, javaScriptEnabled });
    const link = await join(page, email, 'Ana', look);
    const letter = await mailTo(page, email, 'You are on the list');
    const [again, leave] = linksOf(letter);
    assert.equal(again, link);
    await page.goto(leave);
    await heading(page, 'No more letters?');
    await look(page, 'leave');
    await page.getByRole('button', { name: 'Stop the letters' }).click();
    await heading(page, 'You have left');
    await look(page, 'left');
    await page.goto(link);
    await page.getByText('You have left the list.').waitFor();
    assert.deepEqual(complaints, []);
  });
}

test('a reader sees what is known, keeps a copy and erases it', async (t) => {
  const email = 'eraser@example.test';
  const { page, complaints } = await openPage(t, shop, { viewport: PHONE });
  await join(page, email, 'Edda', async () => {});
  await page.getByRole('contentinfo').getByRole('link', { name: 'What we know of you' }).click();
  await heading(page, 'What we know of you');
  await checkAll(page, 'ask');
  await page.getByLabel('E-mail').fill(email);
  await page.getByRole('button', { name: 'Send me the link' }).click();
  await heading(page, 'Look into your mail');
  await checkAll(page, 'asked');
  const [link] = linksOf(await mailTo(page, email, 'What we know of you'));
  await page.goto(link);
  await page.getByText(email).waitFor();
  await checkAll(page, 'the data');
  const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('link', { name: 'Download everything' }).click()]);
  const copy = JSON.parse(await readFile(await download.path(), 'utf8'));
  assert.deepEqual([copy.email, copy.firstName, copy.status], [email, 'Edda', 'subscribed']);
  await page.getByLabel('Yes, erase everything about me').check();
  await page.getByRole('button', { name: 'Erase' }).click();
  await heading(page, 'Erased');
  await checkAll(page, 'erased');
  await page.goto(link);
  await heading(page, 'This link is over');
  await checkAll(page, 'over');
  assert.deepEqual(complaints, []);
});

test('a form that is not right comes back with what was typed', async (t) => {
  const { page } = await openPage(t, shop, { viewport: PHONE });
  await fillIn(page, 'somebody@example.test', 'Ana');
  await page.locator('form').first().evaluate((form) => {
    form.noValidate = true;
    form.email.value = 'somebody@nowhere';
  });
  await page.getByRole('button', { name: 'Send me the checklist' }).click();
  await page.getByRole('alert').filter({ hasText: 'Please check the e-mail address.' }).waitFor();
  assert.deepEqual([await page.getByLabel('E-mail').inputValue(), await page.getByLabel('First name').inputValue()], ['somebody@nowhere', 'Ana']);
  await checkAll(page, 'refused');
  await page.goto(`${shop.world.urls.shop}/audience/unsubscribe?token=abc`);
  await heading(page, 'This is not a working link');
  await checkAll(page, 'forged');
  await page.getByLabel('E-mail').fill('somebody@example.test');
  await page.getByRole('button', { name: 'Stop the letters' }).click();
  await heading(page, 'You have left');
});
