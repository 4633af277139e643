/**
 * Puts together what is measured: the built Worker, the reference, an empty Worker, and counted copies of the first two.
 *
 * The batched routes of the reference run the statements of reference/statements.json, which a test writes from the
 * Worker's own, so both always run the same.
 */
import { cpSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';
import { ROOT } from '../dev/tools.mjs';
import { SCRATCH } from './data.mjs';

const EMPTY = "export default { fetch() { return new Response('ok'); } };\n";
const COUNTED_MAIN = 'counted.js';

/** Make all bundles, ours from the folder `built`; resolves to `{ ours, reference, empty, oursCounted, referenceCounted }`: `{ dir, main }` each. */
export async function bundleAll(built = join(ROOT, 'build')) {
  const ours = folder('ours');
  for (const name of ['index.js', 'index_bg.wasm']) cpSync(join(built, name), join(ours, name));
  const reference = folder('reference');
  await bundleReference(join(reference, 'index.js'));
  const empty = folder('empty');
  writeFileSync(join(empty, 'index.js'), EMPTY);
  const plain = (dir) => ({ dir, main: 'index.js' });
  return {
    ours: plain(ours), reference: plain(reference), empty: plain(empty),
    oursCounted: counted(ours), referenceCounted: counted(reference),
  };
}

function folder(name) {
  const dir = join(SCRATCH, name);
  rmSync(dir, { recursive: true, force: true });
  mkdirSync(dir, { recursive: true });
  return dir;
}

function counted(from) {
  const dir = `${from}-counted`;
  rmSync(dir, { recursive: true, force: true });
  cpSync(from, dir, { recursive: true });
  cpSync(join(ROOT, 'bench', COUNTED_MAIN), join(dir, COUNTED_MAIN));
  return { dir, main: COUNTED_MAIN };
}

async function bundleReference(outfile) {
  const entry = join(ROOT, 'bench', 'reference', 'index.ts');
  await build({ entryPoints: [entry], outfile, bundle: true, minify: true, format: 'esm', target: 'es2022', logLevel: 'warning' });
}
