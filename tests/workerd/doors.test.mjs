/** Paths, methods, hosts and headers that lead nowhere: a stable refusal, and no table changes. */
import assert from 'node:assert/strict';
import { connect } from 'node:net';
import test from 'node:test';
import { unchanged } from './kit/data.mjs';
import { JSON_TYPE } from './kit/shop.mjs';
import { startWorld } from './world.mjs';

/** How long a raw connection may take, in milliseconds. */
const RAW_MAX_MS = 5_000;
const GETS = ['/', '/healthz', '/offers/indie-launch-stack', '/api/products/entitlements', '/api/products/downloads', '/commerce/checkout/cancel'];
const POSTS = ['/api/stripe/webhook', '/api/products/download-tokens'];

/** Bytes as they are; resolves to the status line and headers that come back. */
function raw(world, text) {
  return new Promise((resolve, reject) => {
    const socket = connect(world.port, '127.0.0.1');
    let answer = '';
    socket.setTimeout(RAW_MAX_MS, () => socket.destroy(new Error(`no answer to ${text.slice(0, 60)}`)));
    socket.setEncoding('latin1').on('data', (chunk) => {
      answer += chunk;
      if (answer.includes('\r\n\r\n')) socket.end();
    });
    socket.once('close', () => resolve(answer));
    socket.once('error', reject);
    socket.write(text);
  });
}

test('a method that a path does not take is refused with the ones it takes', async (t) => {
  const world = await startWorld(t);
  await unchanged(world, async () => {
    for (const [paths, wrong, allow] of [[GETS, ['POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'], 'GET, HEAD'], [POSTS, ['GET', 'HEAD', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'], 'POST']]) {
      for (const path of paths) {
        for (const method of wrong) {
          const answer = await world.send({ method, path });
          assert.equal(answer.status, 405, `${method} ${path}`);
          assert.equal(answer.headers.allow, allow, `${method} ${path}`);
          if (method !== 'HEAD') assert.equal(answer.json.code, 'method_not_allowed');
        }
      }
    }
    assert.equal((await world.send({ method: 'PUT', path: '/api/commerce/checkout' })).headers.allow, 'GET, POST, HEAD');
  });
});

test('a method that nobody knows is a client error', async (t) => {
  const world = await startWorld(t);
  await unchanged(world, async () => {
    for (const method of ['TRACE', 'PROPFIND', 'PURGE', 'MKCOL', 'SEARCH', 'BREW', 'get']) {
      const [line] = (await raw(world, `${method} /api/products/downloads HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n`)).split('\r\n');
      const status = Number(line.split(' ')[1]);
      assert.ok((status >= 400 && status < 500) || status === 501, `${method}: ${line}`);
    }
    assert.equal((await world.send({ path: '/healthz' })).status, 200);
  });
});

test('a path that is not written as ours leads nowhere', async (t) => {
  const world = await startWorld(t);
  const nowhere = [
    '//', '//healthz', '/healthz//', '/api//commerce/checkout', '/API/commerce/checkout', '/healthz%2f', '/api%2fcommerce%2fcheckout', '/healthz;x=1', '/healthz.json',
    '/offers', '/offers/', '/offers/indie-launch-stack/more', '/offers/nothing', '/offers/%2e%2e%2f', '/products/%00', '/api/commerce/checkout/redirect', '/api/commerce/checkout/redirect/',
    '/.env', '/wrangler.toml', '/build/index_bg.wasm', '/_test', '/_control/state', '/cdn-cgi/mf/scheduled', '/favicon.ico', '/%ff', '/%', `/${'a'.repeat(8_000)}`, '/\u00e9'.normalize(),
  ];
  await unchanged(world, async () => {
    for (const path of nowhere) {
      for (const method of ['GET', 'POST']) {
        const answer = await world.send({ method, path: encodeURI(path).replaceAll('%25', '%') });
        assert.ok([404, 405].includes(answer.status), `${method} ${path.slice(0, 60)}: ${answer.status}`);
        assert.equal(answer.headers['x-content-type-options'], 'nosniff');
      }
    }
  });
});

test('one trailing slash is answered with the address that exists, on this very host', async (t) => {
  const world = await startWorld(t);
  for (const [path, location] of [['/healthz/', '/healthz'], ['/offers/indie-launch-stack/?a=1', '/offers/indie-launch-stack?a=1'], ['/api/products/entitlements/', '/api/products/entitlements']]) {
    const answer = await world.send({ path });
    assert.equal(answer.status, 308, path);
    assert.equal(answer.headers.location, location);
  }
  for (const path of ['//evil.example/', '//evil.example//', '/\\evil.example/', '///']) {
    const { status, headers } = await world.send({ path });
    assert.ok(status === 404 || (status === 308 && /^\/(?![/\\])/.test(headers.location)), `${path}: ${status} ${headers.location}`);
  }
});

test('another host is told that nobody here answers for it', async (t) => {
  const world = await startWorld(t);
  await unchanged(world, async () => {
    for (const host of ['evil.example', '127.0.0.1.evil.example', 'localhost.evil.example', '10.0.0.1', '127.0.0.2', 'xn--bcher-kva.example', 'evil.example:443', 'metadata.google.internal']) {
      for (const path of ['/', '/healthz', '/api/commerce/checkout', '/nowhere', '/healthz/']) {
        const answer = await world.send({ path, headers: { host } });
        assert.equal(answer.status, 421, `${host} ${path}`);
        assert.equal(answer.json.code, 'unknown_host');
        assert.ok(!answer.text.includes(host));
      }
    }
  });
  for (const host of ['localhost', 'LOCALHOST', `127.0.0.1:${world.port}`, '[::1]']) assert.equal((await world.send({ path: '/healthz', headers: { host } })).status, 200, host);
});

test('odd, repeated and absent headers change nothing', async (t) => {
  const world = await startWorld(t);
  await unchanged(world, async () => {
    const odd = [
      { 'x-forwarded-host': 'evil.example' }, { 'x-original-url': '/nowhere' }, { 'x-http-method-override': 'DELETE' }, { accept: 'x'.repeat(7_000) }, { cookie: 'a=b; '.repeat(1_000) },
      { range: 'bytes=0-1' }, { 'if-none-match': '*' }, { 'content-type': '\u00ff' }, { 'accept-encoding': 'br;q=1.0, *;q=0' }, { accept: ['application/json', 'text/plain'] }, { 'x-bumpgrade-test-webhook': 'allow' },
    ];
    for (const headers of odd) assert.equal((await world.send({ path: '/healthz', headers })).status, 200, JSON.stringify(headers).slice(0, 80));
    const both = await world.send({ method: 'POST', path: '/api/stripe/webhook', headers: { ...JSON_TYPE, 'x-bumpgrade-test-webhook': 'allow' }, body: '{}' });
    assert.equal(both.json.code, 'stripe_signature_missing');
    const keys = await world.send({ method: 'POST', path: '/api/commerce/checkout', headers: { ...JSON_TYPE, 'idempotency-key': ['k'.repeat(100), 'k'.repeat(100)] }, body: '{}' });
    assert.equal(keys.json.code, 'invalid_idempotency_key');
    const nothing = await raw(world, 'GET /healthz HTTP/1.0\r\n\r\n');
    assert.match(nothing, /^HTTP\/1\.[01] 4\d\d /);
    const twoLengths = await raw(world, 'POST /api/commerce/checkout HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 2\r\nContent-Length: 3\r\nConnection: close\r\n\r\n{}x');
    assert.match(twoLengths, /^HTTP\/1\.1 4\d\d /);
  });
});
