/**
 * Prints how long a whole purchase takes when every call to D1 takes 10 ms longer, as from another region.
 *
 * Timed, so not part of `npm test`: `node tests/workerd/delay.mjs [runs]`.
 */
import { startWorld } from './world.mjs';

const DELAY_MS = 10;
const RUNS = Number(process.argv[2] ?? 15);
const WARM_UPS = 3;

/** Start, webhook, look-up, token, download; resolves to milliseconds. */
async function purchase(world) {
  const from = performance.now();
  const intent = (await world.start()).json.checkoutIntentId;
  const started = performance.now();
  const event = world.payNow(intent);
  const paid = performance.now();
  await world.signed(event);
  const entitlements = (await world.lookup(intent)).json.entitlements.map(({ id }) => id);
  const file = await world.download(await world.ticket({ intent, entitlements }));
  if (file.status !== 200) throw new Error(`download: ${file.status} ${file.text}`);
  return performance.now() - paid + started - from;
}

async function main() {
  const ends = [];
  try {
    const world = await startWorld({ after: (end) => ends.push(end) }, { faults: true });
    await world.fault({ delayMs: DELAY_MS });
    for (let run = 0; run < WARM_UPS; run += 1) await purchase(world);
    await world.fault({ delayMs: DELAY_MS });
    const times = [];
    for (let run = 0; run < RUNS; run += 1) times.push(await purchase(world));
    const { d1, r2 } = await world.seen();
    times.sort((a, b) => a - b);
    const figure = (ms) => Math.round(ms * 10) / 10;
    console.log(JSON.stringify({ delayMs: DELAY_MS, runs: RUNS, d1PerPurchase: d1 / RUNS, r2PerPurchase: r2 / RUNS,
      minMs: figure(times[0]), medianMs: figure(times[Math.floor(RUNS / 2)]), maxMs: figure(times.at(-1)) }));
  } finally {
    for (const end of ends.reverse()) await end();
  }
}

await main();
