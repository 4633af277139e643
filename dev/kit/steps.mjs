/**
 * Runs named steps one after the other, with the time each took, and stops at the first that fails.
 *
 * Never hides what a step prints; only node: modules.
 */

/** Run `[name, action]` pairs; the first failure becomes this command's failure. */
export async function runSteps(steps) {
  const started = performance.now();
  for (const [name, action] of steps) {
    console.log(`\n== ${name}`);
    const from = performance.now();
    try {
      await action();
    } catch (error) {
      console.error(error.message);
      console.error(`== ${name}: failed after ${seconds(from)}`);
      process.exitCode = 1;
      return;
    }
    console.log(`== ${name}: ${seconds(from)}`);
  }
  console.log(`\nAll passed in ${seconds(started)}.`);
}

function seconds(from) {
  return `${((performance.now() - from) / 1000).toFixed(1)} s`;
}
