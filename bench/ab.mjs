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
const TRIES_MAX = 6;
const PAUSE_MS = 1_500;
/** Requests are prepared for this many times the rate seen last, so that a round does not run dry. */
const RESERVE = 2.5;
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
    if (result.requests >= count - connections) throw new Error(`${scenario.name}, ${side.name}: the prepared requests ran out; prepare more rows in bench/scenarios.mjs.`);
    side.server.used += result.requests + connections;
    side.rate = result.rps;
    if (result.foreign <= guard) return result;
    await sleep(PAUSE_MS);
  }
  return { ...result, noisy: true };
}

/** Both sides must do the same work, or the comparison means nothing: same status, same fields, same size but for ids. */
async function assertSameAnswers(scenario, sides) {
  const seen = [];
  for (const side of sides) {
    const request = scenario.request(side.server.used);
    side.server.used += 1;
    const response = await send(side.server.url, { ...request, path: `${side.prefix}${request.path}` });
    seen.push({ name: side.name, status: response.status, shape: shape(await response.text()) });
  }
  const wrong = seen.find((one) => one.status !== scenario.status || one.shape !== seen[0].shape);
  if (wrong) throw new Error(`${scenario.name}: the answers differ.\n${seen.map((one) => `${one.name} ${one.status} ${one.shape}`).join('\n')}`);
}

/** An answer with what differs between two requests blotted out: ids, tokens, times, and what redaction flags say. */
function shape(text) {
  return text.replace(/(\w+Included":)(?:true|false)/g, '$1flag').replace(/[0-9a-f]{8}-[0-9a-f-]{27}/g, 'uuid').replace(/[0-9a-f]{36}/g, 'token').replace(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, 'time');
}
