/**
 * The fifteen steps before a notification on the built Worker: each is written down in order from what its address says,
 * and the last is refused as soon as any step below it was written again.
 */
import assert from 'node:assert/strict';
import test from 'node:test';
import { request } from './kit/evidence.mjs';
import { ownerHeaders } from './kit/owner.mjs';
import { JSON_TYPE } from './kit/shop.mjs';
import { startWorld } from './world.mjs';

const SLUGS = [
  'inbox-records', 'dispatch-preflights', 'provider-domain-readiness', 'content-consent-readiness', 'send-payload-readiness',
  'queue-producer-readiness', 'queue-consumer-readiness', 'provider-call-readiness', 'delivery-attempt-readiness',
  'delivery-result-readiness', 'delivery-status-webhook-readiness', 'provider-polling-readiness', 'receipt-payload-readiness',
  'delivery-receipt-readiness', 'provider-status-reconciliation-readiness',
];
const PATHS = SLUGS.map((slug) => `/api/admin/analytics/notification-${slug}`);

test('the whole ladder is climbed, and refused when any lower step was written again', async (t) => {
  const world = await startWorld(t);
  const headers = { ...JSON_TYPE, ...(await ownerHeaders(world)) };
  const now = (path) => request((address) => world.send({ path: address, headers }), path);
  const write = (path, body, key) => world.send({ path, method: 'POST', headers, body: JSON.stringify({ ...body, idempotencyKey: key }) });
  for (const [index, path] of PATHS.entries()) {
    const seen = await write(path, await now(path), `ladder-climbing-${index}`);
    assert.equal(seen.status, 201, `${path}: ${seen.text}`);
    assert.equal(seen.json.duplicate, false);
  }
  const top = PATHS.length - 1;
  for (const [index, path] of PATHS.slice(0, top).entries()) {
    const body = await now(PATHS[top]);
    const again = await write(path, await now(path), `ladder-again-${index}`);
    assert.equal(again.status, 201, `${path}: ${again.text}`);
    const refused = await write(PATHS[top], body, `ladder-refused-${index}`);
    assert.equal(refused.status, 409, `${path}: ${refused.text}`);
    assert.match(refused.json.code, /^stale_notification_.*_evidence$/);
    // Up again, so that the next round begins with a ladder that holds.
    for (const [step, above] of PATHS.slice(index + 1, top).entries()) {
      const seen = await write(above, await now(above), `ladder-up-${index}-${step}`);
      assert.equal(seen.status, 201, `${above}: ${seen.text}`);
    }
    const stands = await write(PATHS[top], await now(PATHS[top]), `ladder-top-${index}`);
    assert.equal(stands.status, 201, stands.text);
  }
  const rows = await world.db.all('SELECT * FROM analytics_notification_inbox_records ORDER BY created_at');
  assert.equal(rows.length, 2);
  assert.equal(rows[0].email_send_enabled, 0);
  const began = performance.now();
  const document = await world.send({ path: '/analytics/source-data' });
  t.diagnostic(`the document has ${document.text.length} bytes and took ${Math.round(performance.now() - began)} ms`);
  assert.equal(document.json.notificationInboxRecords.counts.notificationInboxRecords, 2);
});
