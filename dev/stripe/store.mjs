/**
 * Everything the stand-in remembers: sessions, subscriptions, customers, invoices, charges, events, deliveries, idempotency keys.
 *
 * Never grows without bound: each collection forgets its oldest entries.
 */
import { stateFile } from '../kit/statefile.mjs';

/** Most entries kept of each collection. */
const KEEP = { sessions: 2_000, subscriptions: 2_000, customers: 2_000, invoices: 5_000, charges: 2_000, events: 10_000, pending: 10_000, keys: 2_000 };
/** Most delivery attempts kept in the log. */
const DELIVERIES_MAX = 10_000;
/** Most refused requests kept. */
const VIOLATIONS_MAX = 1_000;

/** Create a store; with a `path` it is read from there and kept there. */
export function createStore(path) {
  const maps = Object.fromEntries(Object.keys(KEEP).map((name) => [name, new Map()]));
  const store = { ...maps, deliveries: [], violations: [] };
  const file = stateFile(path, () => ({
    ...Object.fromEntries(Object.keys(KEEP).map((name) => [name, [...store[name]]])),
    deliveries: store.deliveries,
    violations: store.violations,
  }));
  const saved = file.read();
  if (saved) {
    for (const name of Object.keys(KEEP)) store[name] = new Map(saved[name] ?? []);
    store.deliveries = saved.deliveries ?? [];
    store.violations = saved.violations ?? [];
  }
  return Object.assign(store, {
    touch: () => {
      for (const [name, limit] of Object.entries(KEEP)) forgetOldest(store[name], limit);
      store.deliveries.splice(0, Math.max(0, store.deliveries.length - DELIVERIES_MAX));
      store.violations.splice(0, Math.max(0, store.violations.length - VIOLATIONS_MAX));
      file.touch();
    },
    flush: file.flush,
  });
}

function forgetOldest(map, limit) {
  for (const key of map.keys()) {
    if (map.size <= limit) return;
    map.delete(key);
  }
}
