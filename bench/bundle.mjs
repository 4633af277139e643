/**
 * Puts together what is measured: the built Worker, the reference, an empty Worker, and counted copies of the first two.
 *
 * The reference takes the SQL of its batched routes from the Rust sources, so both always run the same statements.
 */
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';
import { ROOT } from '../dev/tools.mjs';
import { SCRATCH } from './data.mjs';

const SQL_SOURCES = ['src/access/sql.rs', 'src/payment/sql.rs'];
/** A statement inside `queries! { … }`. */
const STATEMENT = /^ {4}([A-Z_]+) = "([^"]*)";/gm;
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
  await build({ entryPoints: [entry], outfile, bundle: true, minify: true, format: 'esm', target: 'es2022', logLevel: 'warning', plugins: [shopSql] });
}

const shopSql = {
  name: 'shop-sql',
  setup(context) {
    context.onResolve({ filter: /^shop:sql$/ }, () => ({ path: 'sql', namespace: 'shop' }));
    context.onLoad({ filter: /.*/, namespace: 'shop' }, () => ({ contents: statements(), loader: 'js' }));
  },
};

function statements() {
  const found = SQL_SOURCES.flatMap((name) => [...readFileSync(join(ROOT, name), 'utf8').matchAll(STATEMENT)]);
  const unique = new Map(found.map(([, name, sql]) => [name, sql]));
  if (unique.size !== found.length) throw new Error('Two statements have one name; bench/bundle.mjs cannot tell them apart.');
  return [...unique].map(([name, sql]) => `export const ${name} = ${JSON.stringify(sql)};`).join('\n');
}
