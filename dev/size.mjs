/**
 * Prints the size of the built Worker and fails when it grows past its budget.
 *
 * Never builds anything.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { ROOT } from './tools.mjs';

/**
 * Largest gzipped size of wasm and JavaScript together, in KiB: little more than a third of the 3 MB that Cloudflare
 * takes on its free plan, and little enough that a first answer comes within 60 ms (npm run bench).
 */
const BUDGET_GZIP_KIB = 1_150;
const KIB = 1024;
const FILES = ['build/index_bg.wasm', 'build/index.js'];

/** Print the sizes; throws when over budget. */
export function checkSize() {
  const rows = FILES.map((name) => {
    const bytes = readFileSync(join(ROOT, name));
    return { name, raw: bytes.length / KIB, gzip: gzipSync(bytes, { level: 9 }).length / KIB };
  });
  const total = { name: 'together', raw: sum(rows, 'raw'), gzip: sum(rows, 'gzip') };
  for (const { name, raw, gzip } of [...rows, total]) {
    console.log(`size: ${name.padEnd(20)} ${raw.toFixed(1).padStart(8)} KiB ${gzip.toFixed(1).padStart(8)} KiB gzip`);
  }
  if (total.gzip > BUDGET_GZIP_KIB) throw new Error(`The Worker is ${total.gzip.toFixed(1)} KiB gzipped; its budget is ${BUDGET_GZIP_KIB} KiB.`);
}

function sum(rows, key) {
  return rows.reduce((total, row) => total + row[key], 0);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  try {
    checkSize();
  } catch (error) {
    console.error(error.code === 'ENOENT' ? 'There is no build to measure. Run: npm run build' : error.message);
    process.exitCode = 1;
  }
}
