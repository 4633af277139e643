/**
 * Makes schema.json: the JSON schema of the request bodies, taken from the types of the official `stripe` package.
 * `node dev/stripe/schema.mjs` writes it, `--check` compares it with the one in the repository.
 *
 * Never edited by hand: a new version of the package means running this again and reading the difference.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { createGenerator } from 'ts-json-schema-generator';

const SOURCE = fileURLToPath(new URL('./params.d.ts', import.meta.url));
const TARGET = fileURLToPath(new URL('./schema.json', import.meta.url));
const TYPE = 'CheckoutSessionCreate';
/** A decimal number as Stripe writes it on the wire. */
const DECIMAL = { type: 'string', pattern: '^-?[0-9]+(\\.[0-9]{1,12})?$' };

/** The schema as text, the same on every run. */
export function makeSchema() {
  const config = { path: SOURCE, type: TYPE, skipTypeCheck: true, additionalProperties: false, jsDoc: 'none', sortProps: true };
  const generated = createGenerator(config).createSchema(TYPE);
  const schema = stableNames(generated);
  schema.definitions.Decimal = DECIMAL;
  return `${JSON.stringify(closeUnions(schema), null, 1)}\n`;
}

/** Replace names that the generator makes from file positions by ones that depend on nothing but the content. */
function stableNames(schema) {
  const names = new Map();
  for (const [name, definition] of Object.entries(schema.definitions)) names.set(name, shortName(name, definition));
  const text = JSON.stringify(schema, (key, value) => (key === '$ref' ? refTo(names, value) : value));
  const renamed = JSON.parse(text);
  const entries = Object.entries(renamed.definitions).map(([name, value]) => [names.get(name), value]);
  renamed.definitions = Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)));
  if (Object.keys(renamed.definitions).length !== names.size) throw new Error('Two schema definitions got the same name.');
  return renamed;
}

function shortName(name, definition) {
  if (!/def-/.test(name)) return name.replaceAll('Checkout.SessionCreateParams', 'Session').replace(/[<>"]/g, '_');
  const item = JSON.stringify(definition).match(/#\/definitions\/([^"]+)"/)?.[1] ?? 'none';
  return `Emptyable_list_${decodeURIComponent(item).replaceAll('Checkout.SessionCreateParams', 'Session')}`;
}

function refTo(names, ref) {
  const name = decodeURIComponent(ref.slice('#/definitions/'.length));
  if (!names.has(name)) throw new Error(`The schema refers to ${name}, which it does not define.`);
  return `#/definitions/${names.get(name)}`;
}

/** A union of known values with "any other string" accepts everything, so keep the known values only. */
function closeUnions(node) {
  if (Array.isArray(node)) return node.map(closeUnions);
  if (node === null || typeof node !== 'object') return node;
  const closed = Object.fromEntries(Object.entries(node).map(([key, value]) => [key, closeUnions(value)]));
  if (!Array.isArray(closed.anyOf) || !closed.anyOf.some((branch) => branch.enum)) return closed;
  return { ...closed, anyOf: closed.anyOf.filter((branch) => branch.type !== 'string' || branch.enum || branch.const !== undefined) };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const text = makeSchema();
  if (!process.argv.includes('--check')) {
    writeFileSync(TARGET, text);
  } else if (readFileSync(TARGET, 'utf8') !== text) {
    console.error('dev/stripe/schema.json is not what the installed stripe types give. Run: node dev/stripe/schema.mjs');
    process.exitCode = 1;
  }
}
