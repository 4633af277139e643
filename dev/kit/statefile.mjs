/**
 * A JSON file that survives restarts: read once, written shortly after a change and again on close.
 *
 * Never leaves a half-written file behind (it writes beside the file and renames), and never fails a start
 * because of a damaged file: that one is set aside under another name.
 */
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

/** How long changes are gathered before the file is written, in milliseconds. */
const WRITE_DELAY_MS = 100;

/** `read()` gives the stored value or null; `touch()` schedules a write of `snapshot()`; `flush()` writes at once. */
export function stateFile(path, snapshot) {
  let timer = null;
  const flush = () => {
    clearTimeout(timer);
    timer = null;
    if (path) writeWhole(path, `${JSON.stringify(snapshot())}\n`);
  };
  const touch = () => {
    if (!path || timer) return;
    timer = setTimeout(flush, WRITE_DELAY_MS);
    timer.unref();
  };
  return { read: () => (path ? readWhole(path) : null), touch, flush };
}

function readWhole(path) {
  let text;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    if (error.code === 'ENOENT') return null;
    throw error;
  }
  try {
    return JSON.parse(text);
  } catch {
    renameSync(path, `${path}.damaged`);
    console.error(`${path} was damaged; kept as ${path}.damaged and started afresh.`);
    return null;
  }
}

function writeWhole(path, text) {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(`${path}.new`, text, { mode: 0o600 });
  renameSync(`${path}.new`, path);
}
