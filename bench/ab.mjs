/**
 * Compares the Worker with the reference: rounds of load in alternating order, ratios within each turn, medians over
 * the turns, and the whole repeated from fresh starts.
 *
 * A turn is one round of every contender side by side; dividing within a turn cancels out the machine's drift. A fresh
 * start moves a ratio by several per cent, so one series settles nothing.
 */
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { SCRATCH, freshState } from './data.mjs';
import { round, writeRequests } from './load.mjs';
import { startServer } from './mf.mjs';
import { send } from './scenarios.mjs';
import { median, summary } from './stats.mjs';

/** A round during which other programs used more than the guard (in cores) is repeated, so many times at most. */
const TRIES_MAX = 4;
const PAUSE_MS = 1_000;
/** Requests are prepared for this many times the best rate seen; a round that runs dry all the same is repeated with more. */
const RESERVE = 2.5;
/** By how much the size of an answer may differ: wording, not work. */
const SIZE_MAY_DIFFER = 0.05;
const METRICS = ['cpuMs', 'rps', 'p50'];

/** Who is measured; the others are compared with the first. */
const CONTENDERS = [
  { name: 'ours', bundle: 'ours', prefix: '' },
  { name: 'plain', bundle: 'reference', prefix: '' },
  { name: 'same calls', bundle: 'reference', prefix: '/batch' },
];

/** All series of one scenario; resolves to what bench/results.json keeps of it. */
export async function compare(scenario, options) {
  const turns = [];
  const perSeries = [];
  for (let index = 0; index < options.series; index += 1) {
    const series = await oneSeries(scenario, options);
    turns.push(...series);
    perSeries.push(series);
  }
  const rivals = CONTENDERS.slice(1).map(({ name }) => [name, ratios(turns, perSeries, name)]);
  return { context: context(turns), ratios: Object.fromEntries(rivals) };
}

function ratios(turns, perSeries, name) {
  const of = (list, metric) => list.map((turn) => turn.ours[metric] / turn[name][metric]);
  return Object.fromEntries(METRICS.map((metric) => [metric, {
    ...summary(of(turns, metric)), series: perSeries.map((list) => Number(median(of(list, metric)).toFixed(3))),
  }]));
}

function context(turns) {
  return Object.fromEntries(CONTENDERS.map(({ name }) => [
    name, Object.fromEntries(METRICS.map((metric) => [metric, Number(median(turns.map((turn) => turn[name][metric])).toFixed(3))])),
  ]));
}

async function oneSeries(scenario, options) {
  const servers = new Map();
  try {
    for (const bundle of new Set(CONTENDERS.map((one) => one.bundle))) {
      const server = await startServer({ ...options.bundles[bundle], state: freshState(options.template, bundle), vars: options.vars });
      servers.set(bundle, Object.assign(server, { used: 0 }));
    }
    const sides = CONTENDERS.map((one) => ({ ...one, server: servers.get(one.bundle), rate: scenario.rate }));
    await assertSameAnswers(scenario, sides);
    const groups = [...servers.values()].map((server) => server.group);
    for (const side of sides) await load(scenario, side, groups, { ...options, guard: Infinity });
    return await allTurns(scenario, sides, groups, options);
  } finally {
    for (const server of servers.values()) await server.close();
  }
}

async function allTurns(scenario, sides, groups, options) {
  const turns = [];
  for (let index = 0; index < options.turns; index += 1) {
    const turn = {};
    for (const side of index % 2 === 0 ? sides : sides.toReversed()) turn[side.name] = await load(scenario, side, groups, options);
    turns.push(turn);
  }
  return turns;
}

/** One round that counts. */
async function load(scenario, side, groups, { seconds, connections, guard }) {
  const file = join(SCRATCH, 'requests');
  let result;
  for (let tries = 0; tries < TRIES_MAX; tries += 1) {
    const count = Math.min(Math.ceil(side.rate * seconds * RESERVE), scenario.limit - side.server.used);
    await writeRequests(file, Array.from({ length: count }, (_, index) => scenario.request(side.server.used + index)), side.prefix);
    result = await round({ server: side.server, groups, file, seconds, connections });
    if (result.bad > 0) throw new Error(`${scenario.name}, ${side.name}: ${result.bad} of ${result.requests} answers were not good.`);
    side.server.used += result.requests + connections;
    const dry = result.requests >= count - connections;
    if (side.server.used >= scenario.limit) throw new Error(`${scenario.name}, ${side.name}: all prepared rows are used up; prepare more in bench/scenarios.mjs.`);
    side.rate = Math.max(side.warm ? side.rate : 0, result.rps * (dry ? RESERVE : 1));
    side.warm = true;
    if (dry) continue;
    if (result.foreign <= guard) return result;
    await sleep(PAUSE_MS);
  }
  return { ...result, noisy: true };
}

/** All must give the same answer, or the comparison means nothing: same status, same fields, nearly the same size. */
async function assertSameAnswers(scenario, sides) {
  const seen = [];
  for (const side of sides) {
    const request = scenario.request(side.server.used);
    side.server.used += 1;
    const response = await send(side.server.url, { ...request, path: `${side.prefix}${request.path}` });
    const text = await response.text();
    seen.push({ name: side.name, status: response.status, bytes: text.length, fields: fieldsOf(text) });
  }
  for (const { name, status, bytes, fields } of seen) {
    const other = [...fields].filter((field) => !seen[0].fields.has(field)).concat([...seen[0].fields].filter((field) => !fields.has(field)));
    const size = Math.abs(bytes / seen[0].bytes - 1);
    if (status === scenario.status && other.length === 0 && size <= SIZE_MAY_DIFFER) continue;
    throw new Error(`${scenario.name}, ${name}: ${status}, ${bytes} bytes, not ${scenario.status}, ${seen[0].bytes} bytes as ours; fields that differ: ${other.join(' ') || 'none'}`);
  }
}

/** The paths of all fields of a JSON text, with their place in lists; of any other text nothing. */
function fieldsOf(text) {
  const fields = new Set();
  const walk = (value, path) => {
    if (value && typeof value === 'object') for (const [name, child] of Object.entries(value)) walk(child, `${path}/${name}`);
    else fields.add(path);
  };
  if (text.startsWith('{')) walk(JSON.parse(text), '');
  return fields;
}
