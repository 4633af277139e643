/**
 * Runs other programs.
 *
 * Never uses a shell, so no argument is ever read as syntax; only node: modules.
 */
import { spawn } from 'node:child_process';
import { access, constants } from 'node:fs/promises';
import { delimiter, join } from 'node:path';

/** Run a program on this terminal; rejects when it does not exit with 0. */
export async function run(command, args, options = {}) {
  const code = await exitCode(command, args, { stdio: 'inherit', ...options });
  if (code !== 0) throw new Error(`\`${[command, ...args].join(' ')}\` ended with ${code}.`);
}

/** Run a program on this terminal and give its exit code (or the signal's name). */
export function exitCode(command, args, options) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, options);
    child.once('error', (error) => reject(new Error(`Cannot run ${command}: ${error.message}`)));
    child.once('exit', (code, signal) => resolve(code ?? signal));
  });
}

/** Run a program and keep what it says; resolves to `{ code, text }` with both streams in the order they came. */
export function capture(command, args, options = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'], ...options });
    const chunks = [];
    child.stdout.on('data', (chunk) => chunks.push(chunk));
    child.stderr.on('data', (chunk) => chunks.push(chunk));
    child.once('error', (error) => reject(new Error(`Cannot run ${command}: ${error.message}`)));
    child.once('close', (code, signal) => resolve({ code: code ?? signal, text: Buffer.concat(chunks).toString('utf8') }));
  });
}

/** What a program prints on its standard output, or null when it is missing or fails. */
export function output(command, args, options = {}) {
  return new Promise((resolve) => {
    const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'ignore'], ...options });
    let text = '';
    child.stdout.setEncoding('utf8').on('data', (chunk) => { text += chunk; });
    child.once('error', () => resolve(null));
    child.once('close', (code) => resolve(code === 0 ? text : null));
  });
}

/** The path of a program on PATH, or null; folders in `skip` are passed over. */
export async function which(name, skip = []) {
  for (const folder of (process.env.PATH ?? '').split(delimiter)) {
    if (folder === '' || skip.includes(folder)) continue;
    const path = join(folder, name);
    if (await access(path, constants.X_OK).then(() => true, () => false)) return path;
  }
  return null;
}
