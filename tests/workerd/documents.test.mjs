/** Public documents on the wire: a copy that still holds is answered with 304 and no body, through the real runtime. */
import assert from 'node:assert/strict';
import { gunzipSync } from 'node:zlib';
import test from 'node:test';
import { startWorld } from './world.mjs';

const DOCUMENTS = ['/offers/source-data', '/products/source-data', '/audience/source-data'];

test('a document comes with a strong tag, and a copy that holds is not sent again', async (t) => {
  const world = await startWorld(t);
  for (const path of DOCUMENTS) {
    const first = await world.send({ path });
    assert.equal(first.status, 200, first.text);
    assert.match(first.headers.etag, /^"[0-9a-f]{64}"$/);
    assert.equal(first.headers['cache-control'], 'public, max-age=0, must-revalidate');
    const again = await world.send({ path, headers: { 'if-none-match': first.headers.etag } });
    assert.deepEqual([again.status, again.text, again.headers.etag], [304, '', first.headers.etag]);
    const weak = await world.send({ path, headers: { 'if-none-match': `"other", W/${first.headers.etag}` } });
    assert.equal(weak.status, 304);
    const head = await world.send({ method: 'HEAD', path });
    assert.deepEqual([head.status, head.text, head.headers.etag], [200, '', first.headers.etag]);
    const small = await world.send({ path, headers: { 'accept-encoding': 'gzip' } });
    const body = small.headers['content-encoding'] === 'gzip' ? gunzipSync(small.body).toString('utf8') : small.text;
    assert.equal(body, first.text);
  }
});

test('a purchase changes the tag of the document that counts it, and of no other', async (t) => {
  const world = await startWorld(t);
  const tags = async () => Promise.all(DOCUMENTS.map(async (path) => (await world.send({ path })).headers.etag));
  const [offers, products, audience] = await tags();
  await world.buy();
  const [offersAfter, productsAfter, audienceAfter] = await tags();
  assert.equal(offersAfter, offers);
  assert.equal(audienceAfter, audience);
  assert.notEqual(productsAfter, products);
  const { entitlementInspection } = (await world.send({ path: '/products/source-data' })).json;
  assert.deepEqual(entitlementInspection.counts, {
    entitlements: 2, activeEntitlements: 2, fulfillmentTasks: 2, queuedFulfillmentTasks: 2, checkoutIntentsWithEntitlements: 1,
  });
});
