/**
 * Fresh ids in Stripe's style: a prefix and random letters and digits.
 *
 * Never derives an id from anything, so no test can come to rely on a guessable one.
 */
import { randomInt } from 'node:crypto';

const ALPHABET = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
/** Random characters of an ordinary id. */
const ID_CHARS = 24;
/** Random characters of a Checkout Session id. */
const SESSION_CHARS = 58;

/** Random letters and digits. */
export function randomText(length) {
  return Array.from({ length }, () => ALPHABET[randomInt(ALPHABET.length)]).join('');
}

/** An id such as `evt_...`. */
export function freshId(prefix) {
  return `${prefix}_${randomText(ID_CHARS)}`;
}

/** A test-mode Checkout Session id. */
export function freshSessionId() {
  return `cs_test_a1${randomText(SESSION_CHARS)}`;
}
