/**
 * HTTP exactly as written: any method, any path, any header, bodies with or without a length.
 *
 * Never follows a redirect and never mends what it is given.
 */
import { request as open } from 'node:http';

/** How long an answer may take, in milliseconds. */
const ANSWER_MAX_MS = 60_000;

/** How often a request is sent whose answer was lost because the connection closed under its body. */
const SENDS_MAX = 8;
/** A body above this is not written at once, so its connection can close under it. */
const LARGE_BYTES = 60 * 1024;

/**
 * Send one request; resolves to `{ status, headers, body, text, json }`. `chunked` sends the body without a length;
 * `headers` may hold arrays, which become repeated headers.
 *
 * A server may answer a body that is too large and close at once. When our next write meets the closed connection
 * before Node has read the answer, the answer is lost; such a request (and only such a one) is sent again.
 */
export async function send(origin, wish = {}) {
  for (let sent = 1; ; sent += 1) {
    try {
      return await sendOnce(origin, wish);
    } catch (error) {
      const lost = ['EPIPE', 'ECONNRESET'].includes(error.code) && Buffer.byteLength(wish.body ?? '') > LARGE_BYTES;
      if (!lost || sent === SENDS_MAX) throw error;
    }
  }
}

function sendOnce(origin, { method = 'GET', path = '/', headers = {}, body, chunked = false }) {
  const { hostname, port } = new URL(origin);
  const length = body === undefined || chunked ? {} : { 'content-length': Buffer.byteLength(body) };
  return new Promise((resolve, reject) => {
    const request = open({ hostname, port, method, path, headers: { ...length, ...headers }, agent: false, timeout: ANSWER_MAX_MS });
    request.once('timeout', () => request.destroy(new Error(`${method} ${path} was not answered`)));
    let answered = false;
    request.once('response', (response) => {
      answered = true;
      collect(response).then(resolve, reject);
    });
    // A server may answer and close before it has read the whole body; then the answer counts.
    request.on('error', (error) => (answered ? undefined : reject(error)));
    if (chunked) request.useChunkedEncodingByDefault = true;
    request.end(body);
  });
}

async function collect(response) {
  const chunks = [];
  try {
    for await (const chunk of response) chunks.push(chunk);
  } catch (error) {
    if (!response.complete) throw error;
  }
  const body = Buffer.concat(chunks);
  const text = body.toString('utf8');
  return {
    status: response.statusCode,
    headers: response.headers,
    body,
    text,
    get json() {
      return JSON.parse(text);
    },
  };
}
