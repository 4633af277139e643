/** `Stripe-Signature`, verified with WebCrypto, and the event as far as the webhook reads it. */
import { unixNow } from './shared';

const TOLERANCE_SECONDS = 300;

export interface StripeEvent {
  id: string;
  type: string;
  api_version: string | null;
  livemode: boolean;
  created: number;
  data: { object: Session };
}

export interface Session {
  id: string;
  status: string | null;
  payment_status: string;
  amount_total: number;
  amount_subtotal?: number | null;
  currency: string;
  client_reference_id: string | null;
  metadata: Record<string, string> | null;
  payment_intent: string | null;
  subscription: string | null;
  customer_details: { email: string | null } | null;
}

/** True when the header was made over this body with this secret, not long ago. */
export async function verified(header: string, body: string, secret: string): Promise<boolean> {
  const items = header.split(',').map((item) => item.split('=') as [string, string]);
  const stamp = items.find(([name]) => name === 't')?.[1] ?? '';
  if (!stamp || Math.abs(unixNow() - Number(stamp)) > TOLERANCE_SECONDS) return false;
  const encoder = new TextEncoder();
  const key = await crypto.subtle.importKey('raw', encoder.encode(secret), { name: 'HMAC', hash: 'SHA-256' }, false, ['verify']);
  const payload = encoder.encode(`${stamp}.${body}`);
  for (const [name, value] of items) {
    if (name === 'v1' && (await crypto.subtle.verify('HMAC', key, unhex(value), payload))) return true;
  }
  return false;
}

function unhex(text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(text.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
}
