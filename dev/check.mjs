/**
 * `npm run check`: format, lints for both targets, native tests.
 *
 * Never changes a file.
 */
import { fileURLToPath } from 'node:url';
import { run } from './kit/exec.mjs';
import { runSteps } from './kit/steps.mjs';
import { setup } from './setup.mjs';
import { ROOT, WASM_TARGET } from './tools.mjs';

/** The steps, for this command and for `npm test`. */
export function checkSteps() {
  const cargo = (...args) => () => run('cargo', args, { cwd: ROOT });
  return [
    ['setup', setup],
    ['format', cargo('fmt', '--check')],
    ['lints, native', cargo('clippy', '--quiet', '--locked', '--all-targets', '--', '-D', 'warnings')],
    ['lints, wasm', cargo('clippy', '--quiet', '--locked', '--target', WASM_TARGET, '--lib', '--', '-D', 'warnings')],
    ['native tests', cargo('test', '--quiet', '--locked')],
  ];
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await runSteps(checkSteps());
