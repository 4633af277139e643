/** Every page in every state, light and dark, on a phone and on a desktop: usable by everybody, nothing broken. */
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import test, { after, before } from 'node:test';
import { DESKTOP, PHONE, assertFits, openPage, openShop } from './kit.mjs';
import { tour } from './tour.mjs';

/** Least height of what is pressed, in CSS pixels. */
const TARGET_MIN_PX = 44;
const LOOKS = [
  ['on a phone, light', PHONE, 'light'],
  ['on a phone, dark', PHONE, 'dark'],
  ['on a desktop, light', DESKTOP, 'light'],
  ['on a desktop, dark', DESKTOP, 'dark'],
];

let shop;
let stops;
let axe;
before(async () => {
  shop = await openShop();
  stops = await tour(shop);
  axe = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
});
after(() => shop?.close());

/** Serious and critical findings, as lines. */
async function findings(page) {
  await page.evaluate(axe);
  const { violations } = await page.evaluate(() => globalThis.axe.run(document, {
    runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'],
  }));
  return violations.filter(({ impact }) => ['serious', 'critical'].includes(impact))
    .map(({ id, nodes }) => `${id}: ${nodes.map((node) => `${node.html.slice(0, 120)} ${node.failureSummary}`).join('; ')}`);
}

/** Buttons, and links that look like buttons, that are too small to press. */
function smallTargets(page) {
  return page.locator('button, a.button, summary, header a, label:has(input)').evaluateAll((elements, least) => elements
    .filter((element) => element.getBoundingClientRect().height < least)
    .map((element) => element.outerHTML.slice(0, 120)), TARGET_MIN_PX);
}

for (const [where, viewport, colorScheme] of LOOKS) {
  test(`every page is readable, pressable and quiet ${where}`, async (t) => {
    const { page, complaints } = await openPage(t, shop, { viewport, colorScheme });
    for (const { name, path, act } of stops) {
      await page.goto(shop.world.urls.shop + path, { waitUntil: 'load' });
      await act?.(page);
      assert.deepEqual(await findings(page), [], name);
      assert.deepEqual(await smallTargets(page), [], name);
      assert.equal(await page.locator('h1').count(), 1, `${name} has one main heading`);
      await assertFits(page, name);
      assert.deepEqual(complaints, [], name);
    }
  });
}

test('an order can be placed with the keyboard alone, and the focus can be seen', async (t) => {
  const { page } = await openPage(t, shop);
  await page.goto(shop.world.urls.offer);
  await page.keyboard.press('Tab');
  assert.equal(await page.evaluate(() => document.activeElement.textContent), 'Skip to the content');
  for (let steps = 0; steps < 20; steps += 1) {
    const isBox = await page.evaluate(() => document.activeElement.matches('[name="orderBumpPriceIds"]'));
    if (isBox) break;
    await page.keyboard.press('Tab');
  }
  const width = await page.evaluate(() => Number.parseFloat(getComputedStyle(document.activeElement).outlineWidth));
  assert.ok(width >= 2, `${width} px`);
  await page.keyboard.press('Space');
  assert.equal(await page.locator('output').innerText(), '$28');
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  await page.getByRole('button', { name: 'Pay $28.00' }).waitFor();
});

test('nothing moves for a person who asked for less motion', async (t) => {
  const { page } = await openPage(t, shop, { reducedMotion: 'reduce' });
  const { path } = stops.find((stop) => stop.name === 'success-waiting');
  await page.goto(shop.world.urls.shop + path);
  const name = await page.locator('.notice').evaluate((element) => getComputedStyle(element, '::before').animationName);
  assert.equal(name, 'none');
});
