/** The rule of assignments once more, written without a look at the Worker's: what the Worker must reproduce. */
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';

const EXPERIMENT = 'experiment-opt-in-hero-promise';
const VARIANTS = [
  ['variant-opt-in-outcome-first', 45],
  ['variant-opt-in-speed-first', 45],
  ['variant-opt-in-baseline-holdout', 10],
];
const FILE = new URL('assignment.json', import.meta.url);

const sha256 = (text) => createHash('sha256').update(text, 'utf8').digest('hex');

export function assign(key) {
  const bucket = Number.parseInt(sha256(`${EXPERIMENT}:${key}`).slice(0, 8), 16) % 100;
  const total = VARIANTS.reduce((sum, [, weight]) => sum + weight, 0);
  const scaled = Math.floor((bucket / 100) * total);
  let sum = 0;
  for (const [variant, weight] of VARIANTS) {
    sum += weight;
    if (sum > scaled) return { bucket, variant };
  }
  return { bucket, variant: VARIANTS.at(-1)[0] };
}

/** The assignments of 10,000 visitors: how many got which variant, and a digest of all of them. */
export function tally() {
  const counts = VARIANTS.map(() => 0);
  let lines = '';
  for (let number = 0; number < 10_000; number += 1) {
    const { bucket, variant } = assign(`visitor-${number}`);
    counts[VARIANTS.findIndex(([id]) => id === variant)] += 1;
    lines += `visitor-${number} ${bucket} ${variant}\n`;
  }
  return { counts, digest: sha256(lines) };
}

export const kept = () => JSON.parse(readFileSync(FILE, 'utf8'));

if (process.argv.includes('--write')) writeFileSync(FILE, `${JSON.stringify(tally(), null, 2)}\n`);
