/** What makes a page hard to use: findings of axe, and things too small to press. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

/** Least height of what is pressed, in CSS pixels. */
const TARGET_MIN_PX = 44;
const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** Serious and critical findings, as lines. */
export async function findings(page) {
  await page.evaluate(AXE);
  const { violations } = await page.evaluate(() => globalThis.axe.run(document, {
    runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'],
  }));
  return violations.filter(({ impact }) => ['serious', 'critical'].includes(impact))
    .map(({ id, nodes }) => `${id}: ${nodes.map((node) => `${node.html.slice(0, 120)} ${node.failureSummary}`).join('; ')}`);
}

/** Buttons, and links that look like buttons, that are too small to press. */
export function smallTargets(page) {
  return page.locator('button, a.button, summary, header a, label:has(input)').evaluateAll((elements, least) => elements
    .filter((element) => element.getBoundingClientRect().height < least)
    .map((element) => element.outerHTML.slice(0, 120)), TARGET_MIN_PX);
}
