/**
 * Sends events to the webhook address the way Stripe does: signed with the official scheme, one POST each, retried
 * with growing pauses until a 2xx answer.
 *
 * Never follows a redirect (Stripe counts 3xx as a failure), and never gives up silently: every try is in the log.
 */
import Stripe from 'stripe';

/** Pauses before each further try, in milliseconds; after the last one the event stays undelivered. */
export const RETRY_DELAYS_MS = [1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 120_000];
/** How long the receiver may take to answer, in milliseconds. */
const ANSWER_TIMEOUT_MS = 10_000;
const USER_AGENT = 'Stripe/1.0 (+https://stripe.com/docs/webhooks)';
/** How much of the receiver's answer is kept, in characters. */
const ANSWER_CHARS = 500;

const signer = new Stripe('sk_test_signing_only');

/** `Stripe-Signature` for a payload. */
export function signature(payload, secret, timestampS) {
  return signer.webhooks.generateTestHeaderString({ payload, secret, timestamp: timestampS });
}

/** The exact text of an event as it goes over the wire. */
export function payloadOf(event) {
  return JSON.stringify(event, null, 2);
}

/** A sender over `store`, governed by `settings` (`paused`, `delayMs`, `duplicate`, `reorder`). */
export class Delivery {
  #store;
  #settings;
  #url;
  #secret;
  #nowMs;
  #retryDelaysMs;
  #abort = new AbortController();
  #timers = new Set();
  #working = 0;

  constructor({ store, settings, webhookUrl, webhookSecret, nowMs, retryDelaysMs = RETRY_DELAYS_MS }) {
    this.#store = store;
    this.#settings = settings;
    this.#url = webhookUrl;
    this.#secret = webhookSecret;
    this.#nowMs = nowMs;
    this.#retryDelaysMs = retryDelaysMs;
  }

  /** Take a group of new events and deliver it as the settings say. */
  accept(events) {
    if (!this.#url) return;
    for (const event of events) this.#store.pending.set(event.id, { tries: 0 });
    this.#store.touch();
    if (this.#settings.paused) return;
    const ids = events.map((event) => event.id);
    this.#later(this.#settings.delayMs, this.#settings.reorder ? ids.reverse() : ids);
  }

  /** One signed POST, now; resolves to its log entry. Options forge: `secret`, `timestampS`, `payload`, `header`. */
  async attempt(event, { secret = this.#secret, timestampS, payload = payloadOf(event), header } = {}) {
    const at = this.#nowMs();
    const attempt = this.#store.deliveries.filter((past) => past.eventId === event.id).length + 1;
    const signed = header ?? signature(payload, secret, timestampS ?? Math.floor(at / 1000));
    const from = performance.now();
    const result = await this.#post(payload, signed);
    const entry = { eventId: event.id, type: event.type, at, attempt, ...result, durationMs: Math.round(performance.now() - from) };
    if (!this.#abort.signal.aborted) this.#store.deliveries.push(entry);
    this.#store.touch();
    return entry;
  }

  /** Deliver everything that waits, now and even while paused; `reverse` starts with the newest. */
  async flush({ reverse = false } = {}) {
    const ids = [...this.#store.pending.keys()];
    for (const id of reverse ? ids.reverse() : ids) await this.#deliverPending(id);
  }

  /** Deliver these events again whatever happened before, each `times` times; resolves to the log entries. */
  async redeliver(events, { times = 1, reverse = false } = {}) {
    const entries = [];
    for (const event of reverse ? [...events].reverse() : events) {
      for (let count = 0; count < times; count += 1) entries.push(await this.attempt(event));
      if (isTaken(entries.at(-1))) this.#settle(event);
    }
    return entries;
  }

  /** Resume what was waiting, after a pause or a restart. */
  resume() {
    if (this.#settings.paused || this.#store.pending.size === 0) return;
    this.#stopTimers();
    this.#later(0, [...this.#store.pending.keys()]);
  }

  /** True when nothing is on its way and nothing is scheduled. */
  isIdle() {
    return this.#working === 0 && this.#timers.size === 0;
  }

  /** Cut off what is on its way; what waits stays in the store. */
  close() {
    this.#abort.abort();
    this.#stopTimers();
  }

  async #post(payload, signed) {
    const result = { status: null, error: null, answer: '' };
    try {
      const response = await fetch(this.#url, {
        method: 'POST',
        redirect: 'manual',
        headers: { 'content-type': 'application/json; charset=utf-8', 'user-agent': USER_AGENT, 'stripe-signature': signed },
        body: payload,
        signal: AbortSignal.any([this.#abort.signal, AbortSignal.timeout(ANSWER_TIMEOUT_MS)]),
      });
      result.status = response.status;
      result.answer = (await response.text()).slice(0, ANSWER_CHARS);
    } catch (error) {
      result.error = error.cause?.code ?? error.name;
    }
    return result;
  }

  async #deliverPending(id) {
    const event = this.#store.events.get(id);
    const pending = this.#store.pending.get(id);
    if (!event || !pending || this.#abort.signal.aborted) return;
    if (this.#settings.duplicate) await this.attempt(event);
    const entry = await this.attempt(event);
    if (this.#abort.signal.aborted) return;
    if (isTaken(entry)) this.#settle(event);
    else this.#retry(id, pending);
  }

  #retry(id, pending) {
    pending.tries += 1;
    if (pending.tries > this.#retryDelaysMs.length) this.#store.pending.delete(id);
    else this.#later(this.#retryDelaysMs[pending.tries - 1], [id]);
    this.#store.touch();
  }

  #settle(event) {
    event.pending_webhooks = 0;
    this.#store.pending.delete(event.id);
    this.#store.touch();
  }

  /** Deliver these pending events after a pause, one after the other. */
  #later(delayMs, ids) {
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      this.#run(ids);
    }, delayMs);
    this.#timers.add(timer);
  }

  async #run(ids) {
    this.#working += 1;
    try {
      for (const id of ids) if (!this.#settings.paused) await this.#deliverPending(id);
    } finally {
      this.#working -= 1;
    }
  }

  #stopTimers() {
    this.#timers.forEach(clearTimeout);
    this.#timers.clear();
  }
}

function isTaken({ status }) {
  return status >= 200 && status < 300;
}
