/** What the routes share: bindings, headers, hashes, and how times and money are written. */
import type { Context, Next } from 'hono';

export interface Env {
  Bindings: { DB: D1Database; PRODUCT_ASSETS: R2Bucket; STRIPE_WEBHOOK_SECRET_SANDBOX: string };
}

export type Ctx = Context<Env>;

export const TENANT = 'tenant-platform';

/** The headers of every answer. */
export async function securityHeaders(c: Context, next: Next): Promise<void> {
  await next();
  const headers = c.res.headers;
  headers.set('x-content-type-options', 'nosniff');
  if (!headers.has('referrer-policy')) headers.set('referrer-policy', 'strict-origin-when-cross-origin');
  headers.set('strict-transport-security', 'max-age=31536000; includeSubDomains');
  headers.set('cross-origin-opener-policy', 'same-origin');
  headers.set('x-frame-options', 'DENY');
  headers.set('content-security-policy', "default-src 'none'; frame-ancestors 'none'");
}

/** A JSON answer whose address holds a bearer. */
export function privateJson(c: Ctx, body: unknown, status: 200 | 201 | 400 | 404 | 409 | 410 | 429 | 503 = 200): Response {
  return c.json(body as object, status, {
    'content-type': 'application/json; charset=utf-8', 'cache-control': 'no-store', 'referrer-policy': 'no-referrer',
  });
}

export function unixNow(): number {
  return Math.floor(Date.now() / 1000);
}

export function iso(seconds: number): string {
  return new Date(seconds * 1000).toISOString();
}

/** `9.00 USD`; null for nothing. */
export function amount(cents: number | null, currency: string | null): string | null {
  return cents && currency ? `${(cents / 100).toFixed(2)} ${currency.toUpperCase()}` : null;
}

export function hex(bytes: ArrayBuffer): string {
  return [...new Uint8Array(bytes)].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}

export async function sha256(text: string): Promise<string> {
  return hex(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text)));
}
