/**
 * Stripe's request encoding: `line_items[0][price_data][currency]=usd` read into nested values.
 *
 * Never guesses: an unfinished bracket, a name used twice or a name that is both a value and a group is
 * refused. Every value stays a string; types are the schema's business.
 */

/** Most form fields in one request. */
const FIELDS_MAX = 1000;
/** Deepest nesting of one field name. */
const DEPTH_MAX = 10;
/** Largest array index plus one. */
const ARRAY_MAX = 1000;

/** A body or query that is not in Stripe's encoding. */
export class FormError extends Error {
  constructor(message, param) {
    super(message);
    this.param = param;
  }
}

/** Decode a query string or form body. */
export function decodeForm(text) {
  const fields = [...new URLSearchParams(text)];
  if (fields.length > FIELDS_MAX) throw new FormError(`More than ${FIELDS_MAX} fields.`);
  const root = new Map();
  for (const [name, value] of fields) place(root, splitName(name), value, name);
  return settle(root);
}

/** `a[b][]` becomes `['a', 'b', '']`. */
function splitName(name) {
  const match = /^([^[\]]+)((?:\[[^[\]]*\])*)$/.exec(name);
  if (!match) throw new FormError(`Invalid parameter name: ${name}`, name);
  const path = [match[1], ...[...match[2].matchAll(/\[([^[\]]*)\]/g)].map((part) => part[1])];
  if (path.length > DEPTH_MAX) throw new FormError(`Parameter nested too deeply: ${name}`, name);
  return path;
}

function place(root, path, value, name) {
  let node = root;
  path.forEach((part, index) => {
    const key = part === '' ? String(node.size) : part;
    const last = index === path.length - 1;
    const seen = node.get(key);
    if (last ? seen !== undefined : typeof seen === 'string') {
      throw new FormError(`Parameter given more than once: ${name}`, name);
    }
    if (!last && seen === undefined) node.set(key, new Map());
    if (last) node.set(key, value);
    else node = node.get(key);
  });
}

/** Turn maps into arrays (keys 0, 1, 2 ...) or plain objects. */
function settle(node) {
  if (!(node instanceof Map)) return node;
  const keys = [...node.keys()];
  const isArray = keys.length > 0 && keys.length <= ARRAY_MAX && keys.every((_, index) => node.has(String(index)));
  if (isArray) return keys.map((_, index) => settle(node.get(String(index))));
  const entries = keys.map((key) => [key, settle(node.get(key))]);
  return Object.fromEntries(entries);
}

/** A JSON pointer of the decoded body in Stripe's notation: `/line_items/0/price` is `line_items[0][price]`. */
export function pointerToParam(pointer, extra) {
  const parts = pointer.split('/').slice(1).map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'));
  if (extra !== undefined) parts.push(extra);
  return parts.map((part, index) => (index === 0 ? part : `[${part}]`)).join('');
}
