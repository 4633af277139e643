/**
 * Signed webhook events for prepared checkouts, after the pattern of one real event of the Stripe stand-in.
 */
import { signature } from '../dev/stripe/delivery.mjs';
import { startStripe } from '../dev/stripe/server.mjs';
import { API_VERSION } from '../dev/stripe/objects.mjs';
import { AMOUNT, openIntent, openSession } from './data.mjs';

const COMPLETED = 'checkout.session.completed';
/** Stands in the pattern where the checkout's id belongs. */
const INTENT_MARK = 'checkout-intent-mark';

/** Resolves to `(index) => ({ body, signature })`: the payment of open checkout `index`. */
export async function eventMaker({ stripeKey, webhookSecret }) {
  const pattern = await patternEvent({ stripeKey, webhookSecret });
  const text = JSON.stringify(pattern, null, 2);
  const [eventId, sessionId] = [pattern.id, pattern.data.object.id];
  return (index) => {
    const body = text.replaceAll(sessionId, openSession(index)).replaceAll(eventId, `evt_bench${String(index).padStart(16, '0')}`)
      .replaceAll(INTENT_MARK, openIntent(index));
    return { body, signature: signature(body, webhookSecret, Math.floor(Date.now() / 1000)) };
  };
}

async function patternEvent({ stripeKey, webhookSecret }) {
  const stripe = await startStripe({ secretKey: stripeKey, webhookSecret });
  try {
    const response = await fetch(`${stripe.origin}/v1/checkout/sessions`, {
      method: 'POST', body: form(),
      headers: { authorization: `Bearer ${stripeKey}`, 'stripe-version': API_VERSION },
    });
    const session = await response.json();
    if (!response.ok) throw new Error(`The stand-in refused the pattern: ${JSON.stringify(session)}`);
    stripe.pay(session.id, { email: 'buyer@example.com' });
    return stripe.events(COMPLETED)[0];
  } finally {
    await stripe.close();
  }
}

function form() {
  return new URLSearchParams({
    mode: 'payment', success_url: 'http://127.0.0.1/s', cancel_url: 'http://127.0.0.1/c', client_reference_id: INTENT_MARK,
    'metadata[checkout_intent_id]': INTENT_MARK, 'line_items[0][quantity]': '1', 'line_items[0][price_data][currency]': 'usd',
    'line_items[0][price_data][unit_amount]': String(AMOUNT), 'line_items[0][price_data][product_data][name]': 'Launch pass',
  });
}
