/** An owner's upload through the real R2: what lies in the bucket, parallel sends of one key, and the sweep. */
import assert from 'node:assert/strict';
import test from 'node:test';
import { ownerHeaders } from './kit/owner.mjs';
import { startWorld, until } from './world.mjs';

const PATH = '/api/admin/products/assets';
const PREFIX = 'products/uploads/';
const HOUR = 3_600;

const BODY = {
  productId: 'product-launch-checklist-download', assetId: 'asset-launch-checklist-pdf', fileName: 'plan.txt',
  contentType: 'text/plain; charset=utf-8', bodyText: 'Plan Ä', idempotencyKey: 'workerd-upload-1',
  confirmationText: 'Create private product asset upload intent',
  expectedCatalogRevisionId: 'product-access-revision-indie-launch-2026-05-19',
};

async function open(t) {
  const world = await startWorld(t);
  const headers = await ownerHeaders(world);
  const upload = (more = {}) => world.send({ method: 'POST', path: PATH, headers, body: JSON.stringify({ ...BODY, ...more }) });
  const objects = async () => (await world.bucket.list({ prefix: PREFIX, include: ['httpMetadata', 'customMetadata'] })).objects;
  return { world, upload, objects };
}

test('the object has the content, the media type and the metadata', async (t) => {
  const { world, upload, objects } = await open(t);
  const seen = await upload();
  assert.equal(seen.status, 201, seen.text);
  const id = seen.json.upload.uploadId;
  const [object, ...others] = await objects();
  assert.deepEqual(others, []);
  assert.equal(object.key, `${PREFIX}${BODY.productId}/${BODY.assetId}/${id}/plan.txt`);
  const stored = await world.bucket.get(object.key);
  assert.equal(await stored.text(), BODY.bodyText);
  assert.equal(stored.httpMetadata.contentType, BODY.contentType);
  assert.deepEqual(stored.customMetadata, {
    uploadId: id, productId: BODY.productId, assetId: BODY.assetId, issue: '151', rawR2KeysIncluded: 'false',
    signedUrlsIncluded: 'false', uploadBodyReturned: 'false',
  });
  assert.ok(!seen.text.includes(PREFIX) && !seen.text.includes(BODY.bodyText));
});

test('parallel sends of one key store one object', async (t) => {
  const { world, upload, objects } = await open(t);
  const answers = await Promise.all(Array.from({ length: 6 }, () => upload()));
  assert.deepEqual(answers.map(({ status }) => status).sort(), [200, 200, 200, 200, 200, 201]);
  assert.equal(new Set(answers.map(({ json }) => json.upload.uploadId)).size, 1);
  assert.equal((await objects()).length, 1);
  assert.deepEqual(await world.db.all('SELECT status FROM product_asset_uploads'), [{ status: 'stored_private' }]);
});

test('an upload that was never finished is given up and its object removed by cron', async (t) => {
  const { world, upload, objects } = await open(t);
  await upload();
  await world.db.run("UPDATE product_asset_uploads SET status = 'pending', updated_at = updated_at - ?", HOUR + 60);
  const sweep = async () => {
    const from = world.logs.length;
    await world.cron();
    const line = await until(() => world.logs.slice(from).find((line) => line.includes('upload_sweep')), 'the sweep to report');
    return JSON.parse(line).removed;
  };
  assert.equal(await sweep(), 0);
  assert.equal((await world.db.one('SELECT status FROM product_asset_uploads')).status, 'abandoned');
  assert.equal((await objects()).length, 1);
  await world.db.run('UPDATE product_asset_uploads SET updated_at = updated_at - ?', HOUR + 60);
  assert.equal(await sweep(), 1);
  assert.deepEqual(await objects(), []);
  assert.equal((await upload()).json.code, 'upload_abandoned');
});
