/**
 * Writes a picture of every page at phone and desktop width: `node tests/browser/screenshots.mjs FOLDER [dark] [NAME...]`.
 *
 * Never part of `npm test`.
 */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { DESKTOP, PHONE, openShop } from './kit.mjs';
import { tour } from './tour.mjs';

const [folder, ...rest] = process.argv.slice(2);
if (!folder) throw new Error('Name a folder: node tests/browser/screenshots.mjs FOLDER [dark] [NAME...]');
const colorScheme = rest.includes('dark') ? 'dark' : 'light';
const names = rest.filter((word) => word !== 'dark');
await mkdir(folder, { recursive: true });
const shop = await openShop();
try {
  const stops = (await tour(shop)).filter((stop) => names.length === 0 || names.includes(stop.name));
  for (const viewport of [PHONE, DESKTOP]) {
    const context = await shop.browser.newContext({ viewport, colorScheme, reducedMotion: 'reduce' });
    const page = await context.newPage();
    for (const { name, path, act } of stops) {
      await page.goto(shop.world.urls.shop + path, { waitUntil: 'load' });
      await act?.(page);
      await page.screenshot({ path: join(folder, `${name}-${viewport.width}-${colorScheme}.png`), fullPage: true });
    }
    await context.close();
  }
} finally {
  await shop.close();
}
