/** A person makes an account, confirms it, looks at it and leaves, on a phone; an owner finds the shop's rooms. */
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import test, { after, before } from 'node:test';
import { OWNER } from '../../dev/world.mjs';
import { PHONE, assertFits, openPage, openShop } from './kit.mjs';

const PASSWORD = 'a long and simple password';
/** How long to look for a mail, in milliseconds, and how often. */
const MAIL_MAX_MS = 15_000;
const LOOK_EVERY_MS = 50;

let shop;
let axe;
before(async () => {
  shop = await openShop();
  axe = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
});
after(() => shop?.close());

/** The address behind the button of the newest mail to somebody. */
async function mailedLink(page, email, subject) {
  for (let waited = 0; waited < MAIL_MAX_MS; waited += LOOK_EVERY_MS) {
    const mail = shop.world.mail.mails().findLast((one) => one.to[0].address === email && one.subject === subject);
    if (mail) return /^https?:\S+$/m.exec(mail.text)[0];
    await page.waitForTimeout(LOOK_EVERY_MS);
  }
  throw new Error(`no mail "${subject}" to ${email}`);
}

/** Nothing serious on the page, and nothing cut off. */
async function check(page, name) {
  assert.equal(await page.locator('script').count(), 0, `${name} works without script`);
  await page.evaluate(axe);
  const { violations } = await page.evaluate(() => globalThis.axe.run(document));
  const serious = violations.filter(({ impact }) => ['serious', 'critical'].includes(impact)).map(({ id, nodes }) => `${id}: ${nodes[0].html}`);
  assert.deepEqual(serious, [], name);
  await assertFits(page, name);
}

const heading = (page, name) => page.getByRole('heading', { level: 1, name }).waitFor();

async function join(page, name, email) {
  await page.getByRole('link', { name: 'Make an account' }).click();
  await heading(page, 'Make an account');
  await check(page, 'sign up');
  await page.getByLabel('Your name').fill(name);
  await page.getByLabel('E-mail').fill(email);
  await page.getByLabel('Password').fill(PASSWORD);
  await page.getByRole('button', { name: 'Make my account' }).click();
  await page.getByRole('status').filter({ hasText: 'We sent you a mail' }).waitFor();
  await check(page, 'check your mail');
}

async function confirm(page, email) {
  await page.goto(await mailedLink(page, email, 'Confirm your e-mail address'));
  await heading(page, 'Confirm your address');
  await check(page, 'confirm');
  await page.getByLabel('Password').fill('not the password');
  await page.getByRole('button', { name: 'Yes, this is my address' }).click();
  await page.getByRole('alert').filter({ hasText: 'somebody else may have used your address' }).waitFor();
  await check(page, 'confirm refused');
  await page.getByLabel('Password').fill(PASSWORD);
  await page.getByRole('button', { name: 'Yes, this is my address' }).click();
}

async function signIn(page, email, password) {
  await page.getByLabel('E-mail').fill(email);
  await page.getByLabel('Password').fill(password);
  await page.getByRole('button', { name: 'Sign in' }).click();
}

test('a person joins, confirms, signs in and out on a phone, on pages without any script', async (t) => {
  const email = 'ana@example.test';
  const { page, complaints } = await openPage(t, shop, { viewport: PHONE });
  await page.goto(`${shop.world.urls.shop}/account`);
  await heading(page, 'Sign in');
  await check(page, 'sign in');
  await join(page, 'Ana', email);
  await confirm(page, email);
  await page.getByRole('status').filter({ hasText: 'Your address is confirmed.' }).waitFor();
  await signIn(page, email, 'not the password');
  await page.getByRole('alert').filter({ hasText: 'The address or the password is not right.' }).waitFor();
  assert.equal(await page.getByLabel('E-mail').inputValue(), email);
  await check(page, 'wrong password');
  await signIn(page, email, PASSWORD);
  await heading(page, 'Ana');
  await page.getByText('Confirmed', { exact: true }).waitFor();
  await check(page, 'account');
  await page.getByRole('button', { name: 'Sign out' }).click();
  await page.getByRole('status').filter({ hasText: 'You are signed out.' }).waitFor();
  await page.goto(`${shop.world.urls.shop}/account`);
  await heading(page, 'Sign in');
  assert.deepEqual(complaints, []);
});

test('an owner comes in by a link in a mail and finds the rooms of the shop', async (t) => {
  const { page, complaints } = await openPage(t, shop, { viewport: PHONE });
  await page.goto(`${shop.world.urls.shop}/login`);
  await join(page, 'Olga', OWNER);
  await page.goto(`${shop.world.urls.shop}/login`);
  await signIn(page, OWNER, PASSWORD);
  await page.getByText('Not confirmed').waitFor();
  await page.getByText('You can ask for another mail in').waitFor();
  await check(page, 'not confirmed');
  assert.equal(await page.getByRole('link', { name: 'Products and files' }).count(), 0);
  await page.getByRole('button', { name: 'Sign out' }).click();
  await page.getByRole('link', { name: 'Send me a sign-in link instead' }).click();
  await page.getByLabel('E-mail').fill(OWNER);
  await page.getByRole('button', { name: 'Send me a link' }).click();
  await page.getByRole('status').filter({ hasText: 'Look into your mail' }).waitFor();
  await page.goto(await mailedLink(page, OWNER, 'Your sign-in link'));
  await check(page, 'sign-in link');
  await page.getByRole('button', { name: 'Sign me in' }).click();
  await heading(page, 'Olga');
  await page.getByRole('link', { name: 'Products and files' }).waitFor();
  await check(page, 'owner account');
  await page.goBack();
  await page.getByRole('button', { name: 'Sign me in' }).click();
  await page.getByRole('alert').filter({ hasText: 'This link does not work any more.' }).waitFor();
  assert.deepEqual(complaints, []);
});
