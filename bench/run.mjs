/**
 * `npm run bench`: size, calls per route, cold start, a whole purchase, and the comparison with the reference.
 *
 * `--quick` makes it short and rough; `--only=size,calls,cold,flow,ab` picks parts; `--guard=0.5` bears busier
 * neighbours; `--build=<folder>` measures a Worker built elsewhere. Only a whole run writes bench/results.json. Ends with 1 when a target is missed.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { build } from '../dev/build.mjs';
import { checkSize } from '../dev/size.mjs';
import { randomText } from '../dev/stripe/ids.mjs';
import { ROOT } from '../dev/tools.mjs';
import { compare } from './ab.mjs';
import { bundleAll } from './bundle.mjs';
import { countCalls } from './calls.mjs';
import { measureColdStart } from './cold.mjs';
import { prepareTemplate } from './data.mjs';
import { eventMaker } from './events.mjs';
import { measureFlow, shopVars } from './flow.mjs';
import { requireWrk } from './load.mjs';
import { gzipKiB, printAb, printCalls, printCold, printFlow, versions } from './report.mjs';
import { SIZES, scenarios } from './scenarios.mjs';

const RESULTS = join(ROOT, 'bench', 'results.json');
const PARTS = ['size', 'calls', 'cold', 'flow', 'ab'];
const CONNECTIONS = 8;
const SECRET_CHARS = 32;
/** Added to each D1 call of the slow purchase, in milliseconds. */
const DELAY_MS = 10;
const FULL = { starts: 11, flows: 100, series: 3, turns: 6, seconds: 2, guard: 0.12 };
const QUICK = { starts: 3, flows: 20, series: 1, turns: 4, seconds: 1, guard: 0.5 };

/** What must hold. A ratio is ours / reference. */
const TARGETS = { sameCallsCpu: 1.1, plainCpu: 1, coldMs: 60, flowMs: 130 };

const { values: flags } = parseArgs({
  options: { quick: { type: 'boolean' }, only: { type: 'string' }, guard: { type: 'string' }, scenario: { type: 'string' }, build: { type: 'string' } },
});
const parts = flags.only?.split(',') ?? PARTS;
const missed = [];

function expect(holds, what) {
  if (!holds) missed.push(what);
}

async function prepare() {
  const unknown = parts.find((part) => !PARTS.includes(part));
  if (unknown) throw new Error(`There is no part ${unknown}; there are ${PARTS.join(', ')}.`);
  if (parts.includes('ab')) await requireWrk();
  if (!flags.build) await build();
  const settings = { ...(flags.quick ? QUICK : FULL), ...(flags.guard && { guard: Number(flags.guard) }) };
  const secrets = { stripeKey: `sk_test_${randomText(SECRET_CHARS)}`, webhookSecret: `whsec_${randomText(SECRET_CHARS)}` };
  const bundles = await bundleAll(flags.build);
  const template = await prepareTemplate(SIZES);
  const all = scenarios(SIZES, await eventMaker(secrets));
  return { ...settings, secrets, bundles, template, all, vars: shopVars(secrets), connections: CONNECTIONS };
}

async function purchases(world) {
  const delayed = await measureFlow({ ...world, bundle: world.bundles.oursCounted, vars: { BENCH_DELAY_MS: String(DELAY_MS) } });
  const direct = await measureFlow({ ...world, bundle: world.bundles.ours, vars: {} });
  printFlow(delayed, direct, DELAY_MS);
  expect(delayed.total.median < TARGETS.flowMs, `purchase with +${DELAY_MS} ms per D1 call: ${delayed.total.median} ms, target < ${TARGETS.flowMs}`);
  return { delayed, direct };
}

async function comparison(world) {
  const results = {};
  const chosen = world.all.filter(({ name }) => !flags.scenario || name === flags.scenario);
  if (chosen.length === 0) throw new Error(`There is no scenario "${flags.scenario}". There are: ${world.all.map(({ name }) => name).join(', ')}.`);
  for (const scenario of chosen) {
    const result = await compare(scenario, world);
    results[scenario.name] = result;
    printAb(scenario.name, result);
    const [same, plain] = [result.ratios['same calls'].cpuMs.median, result.ratios.plain.cpuMs.median];
    expect(same <= TARGETS.sameCallsCpu, `${scenario.name}: CPU ${same} x the reference with the same calls, target <= ${TARGETS.sameCallsCpu}`);
    expect(plain < TARGETS.plainCpu, `${scenario.name}: CPU ${plain} x the plain reference, target < ${TARGETS.plainCpu}`);
  }
  return results;
}

async function coldStart(world) {
  const cold = await measureColdStart(world);
  printCold(cold);
  expect(cold.ours.median < TARGETS.coldMs, `first answer after ${cold.ours.median} ms, target < ${TARGETS.coldMs}`);
  return cold;
}

async function main() {
  const world = await prepare();
  const results = { versions: versions() };
  if (parts.includes('size')) {
    checkSize();
    results.uploadGzipKiB = gzipKiB(world.bundles.ours);
  }
  if (parts.includes('calls')) printCalls((results.calls = await countCalls(world)));
  if (parts.includes('cold')) results.coldStartMs = await coldStart(world);
  if (parts.includes('flow')) results.purchase = await purchases(world);
  if (parts.includes('ab')) results.comparison = await comparison(world);
  const whole = !flags.quick && !flags.scenario && !flags.build && PARTS.every((part) => parts.includes(part));
  if (whole) writeFileSync(RESULTS, `${JSON.stringify({ ...results, missed }, null, 2)}\n`);
  for (const what of missed) console.error(`bench: missed: ${what}`);
  if (missed.length > 0) process.exitCode = 1;
}

await main().catch((error) => {
  console.error(error.message);
  process.exitCode = 1;
});
