/**
 * `npm test`: everything. The checks, the build and its size, then the suites that need Node, workerd or a browser.
 *
 * Never skips a suite that exists, and never goes on after a failure.
 */
import { existsSync, readdirSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { build } from './build.mjs';
import { checkSteps } from './check.mjs';
import { run } from './kit/exec.mjs';
import { runSteps } from './kit/steps.mjs';
import { setupBrowser } from './setup.mjs';
import { checkSize } from './size.mjs';
import { ROOT, npmBin } from './tools.mjs';

/** Longest single test, in milliseconds (5 minutes). */
const TEST_MAX_MS = 300_000;

/** Every test file under a folder. */
function testFiles(folder) {
  const path = join(ROOT, folder);
  if (!existsSync(path)) return [];
  return readdirSync(path, { recursive: true }).filter((name) => name.endsWith('.test.mjs')).sort().map((name) => join(folder, name));
}

/** Run a folder's tests under the Node that npm installed. */
async function suite(folder, extraEnv = {}) {
  const files = testFiles(folder);
  if (files.length === 0) return console.log(`no tests in ${folder}/`);
  const PATH = `${npmBin('')}${delimiter}${process.env.PATH}`;
  const args = ['--test', '--test-concurrency=1', `--test-timeout=${TEST_MAX_MS}`, ...files];
  return run(npmBin('node'), args, { cwd: ROOT, env: { ...process.env, PATH, ...extraEnv } });
}

async function browserSuite() {
  if (testFiles('tests/browser').length === 0) return console.log('no tests in tests/browser/');
  return suite('tests/browser', { CHROMIUM: await setupBrowser() });
}

await runSteps([
  ...checkSteps(),
  ['Stripe schema is current', () => run(npmBin('node'), ['dev/stripe/schema.mjs', '--check'], { cwd: ROOT })],
  ['build', () => build()],
  ['size', async () => checkSize()],
  ['stand-ins', () => suite('dev')],
  ['workerd', () => suite('tests/workerd')],
  ['browser', browserSuite],
]);
