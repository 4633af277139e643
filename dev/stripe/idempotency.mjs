/**
 * `Idempotency-Key` as Stripe treats it: the first executed answer is stored and replayed.
 *
 * Never stores an answer that came before execution began (a failed validation, a conflict).
 */
import { createHash } from 'node:crypto';
import { ApiError, invalid } from './errors.mjs';

/** Longest key, in characters. */
const KEY_CHARS = 255;
/** How long an answer is kept, in milliseconds (24 hours). */
const KEEP_MS = 24 * 60 * 60 * 1000;

/** Keys over `store.keys`; those still running are never saved. */
export function createIdempotency({ store, nowMs }) {
  const running = new Set();

  /** Start a request: either the stored answer, or `finish`/`release` to be called when it ends. */
  function begin(key, path, body) {
    if (key === undefined) return { finish() {}, release() {} };
    if (key.length === 0 || key.length > KEY_CHARS) throw invalid(`Idempotency keys must have 1 to ${KEY_CHARS} characters.`);
    const print = createHash('sha256').update(`${path}\n${body}`).digest('hex');
    const stored = store.keys.get(key);
    if (stored && nowMs() - stored.at < KEEP_MS) return replay(stored, print, path);
    if (running.has(key)) throw conflict();
    running.add(key);
    return {
      finish(answer) {
        store.keys.set(key, { path, print, at: nowMs(), answer });
        running.delete(key);
        store.touch();
      },
      release: () => running.delete(key),
    };
  }

  return { begin };
}

function replay(stored, print, path) {
  if (stored.path !== path) {
    throw mismatch(`Keys for idempotent requests can only be used for the same endpoint they were first used for ('${path}' vs '${stored.path}').`);
  }
  if (stored.print !== print) {
    throw mismatch('Keys for idempotent requests can only be used with the same parameters they were first used with.');
  }
  return { stored: stored.answer };
}

function mismatch(message) {
  return new ApiError(400, { message, type: 'idempotency_error' });
}

function conflict() {
  return new ApiError(409, {
    code: 'idempotency_key_in_use', message: 'There is currently another in-progress request using this Idempotent Key.', type: 'invalid_request_error',
  });
}
