/** Tables for people, and the versions that a result belongs to. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { ROOT } from '../dev/tools.mjs';

const PACKAGES = ['miniflare', 'workerd', 'hono'];
const BYTES_PER_KIB = 1024;

/** What ran. */
export function versions() {
  const ofPackage = (name) => JSON.parse(readFileSync(join(ROOT, 'node_modules', name, 'package.json'), 'utf8')).version;
  const worker = /name = "worker"\nversion = "([^"]+)"/.exec(readFileSync(join(ROOT, 'Cargo.lock'), 'utf8'))?.[1];
  return { node: process.versions.node, ...Object.fromEntries(PACKAGES.map((name) => [name, ofPackage(name)])), worker };
}

/** Gzipped size of a bundle in KiB, as dev/size.mjs counts it. */
export function gzipKiB({ dir }) {
  const bytes = ['index.js', 'index_bg.wasm'].map((name) => gzipSync(readFileSync(join(dir, name)), { level: 9 }).length);
  return Number((bytes.reduce((sum, size) => sum + size, 0) / BYTES_PER_KIB).toFixed(1));
}

function line(...cells) {
  console.log(cells.map((cell, index) => (index === 0 ? String(cell).padEnd(34) : String(cell).padStart(24))).join(''));
}

const spread = ({ median, low, high }) => `${median} (${low} to ${high})`;

/** Calls by route. */
export function printCalls({ ours, plain, batch }) {
  const text = (calls) => (calls ? `${calls.d1} D1${calls.r2 ? ` + ${calls.r2} R2` : ''}` : '');
  line('calls', 'ours', 'reference, plain', 'reference, batch');
  for (const route of Object.keys(ours)) line(route, text(ours[route]), text(plain[route]), text(batch[route]));
}

/** Cold starts. */
export function printCold({ ours, reference, empty }) {
  line('first answer, ms', 'ours', 'reference', 'empty Worker');
  line('', spread(ours), spread(reference), spread(empty));
}

/** Purchases. */
export function printFlow(delayed, direct, delayMs) {
  line('purchase, ms', `+${delayMs} ms per D1 call`, 'direct');
  line('whole', spread(delayed.total), spread(direct.total));
  for (const name of Object.keys(direct.steps)) line(`  ${name}`, spread(delayed.steps[name]), spread(direct.steps[name]));
  line('purchases per second, one by one', '', direct.flowsPerSecond);
}

/** One scenario: ratios first, the figures behind them after. */
export function printAb(name, { ratios, context }) {
  line(name, 'CPU ratio', 'requests/s ratio', 'p50 ratio');
  for (const [rival, { cpuMs, rps, p50 }] of Object.entries(ratios)) {
    line(`  ours / ${rival}`, spread(cpuMs), spread(rps), spread(p50));
    line('    per series', cpuMs.series.join(' '), rps.series.join(' '), p50.series.join(' '));
  }
  for (const [side, { cpuMs, rps, p50 }] of Object.entries(context)) line(`  ${side}`, `${cpuMs} ms CPU`, `${rps}/s`, `${p50} ms`);
}
