/**
 * What every local HTTP server here shares: listening on a fixed host, reading a bounded body, refusing
 * strange hosts, and sending text.
 *
 * Never listens on anything but the host it is given, and never answers a request that was aimed at
 * another host name (a web page elsewhere must not be able to drive these servers).
 */
import { createServer } from 'node:http';

/** Largest request body that a stand-in reads, in bytes (1 MiB). */
export const BODY_MAX_BYTES = 1024 * 1024;
/** How long a server waits for open requests before it cuts them off on close, in milliseconds. */
const CLOSE_GRACE_MS = 200;

/** An error that becomes an HTTP answer with this status. */
export class HttpError extends Error {
  constructor(status, message) {
    super(message);
    this.status = status;
  }
}

/** Read the whole body as a Buffer, or fail with 413. */
export async function readBody(request, maxBytes = BODY_MAX_BYTES) {
  const chunks = [];
  let size = 0;
  for await (const chunk of request) {
    size += chunk.length;
    if (size > maxBytes) throw new HttpError(413, `The body is larger than ${maxBytes} bytes.`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** Send a complete answer. */
export function send(response, status, headers, body = '') {
  if (response.destroyed) return;
  response.writeHead(status, { 'content-length': Buffer.byteLength(body), ...headers });
  response.end(body);
}

/** Send a value as JSON, indented so that a person can read it. */
export function sendJson(response, status, value, headers = {}) {
  send(response, status, { 'content-type': 'application/json', ...headers }, `${JSON.stringify(value, null, 2)}\n`);
}

/** Send a browser on to another page with GET. */
export function seeOther(response, location) {
  send(response, 303, { location });
}

/** True when the request names this server itself, and, if it comes from a page, one of its own pages. */
export function isOwnHost(request, host, port) {
  const own = [`${host}:${port}`, `127.0.0.1:${port}`, `localhost:${port}`];
  const from = request.headers.origin;
  return own.includes(request.headers.host ?? '') && (from === undefined || own.some((name) => from === `http://${name}`));
}

/**
 * Start a server; resolves to `{ server, port, close }` once it listens.
 * `handle(request, response, url)` may throw an HttpError, which is sent as plain text.
 */
export async function listen({ host, port, handle }) {
  const server = createServer((request, response) => {
    const url = parseTarget(request.url);
    if (!url) return send(response, 400, { 'content-type': 'text/plain; charset=utf-8' }, 'Bad request target.\n');
    if (!isOwnHost(request, host, server.address()?.port)) {
      return send(response, 403, { 'content-type': 'text/plain; charset=utf-8' }, 'This server only answers to its own address.\n');
    }
    return Promise.resolve()
      .then(() => handle(request, response, url))
      .catch((error) => fail(response, error));
  });
  await listenOn(server, port, host);
  return { server, port: server.address().port, close: () => closeServer(server) };
}

function parseTarget(target) {
  try {
    return new URL(target, 'http://local.invalid');
  } catch {
    return null;
  }
}

function listenOn(server, port, host) {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      resolve();
    });
  });
}

function fail(response, error) {
  const status = error instanceof HttpError ? error.status : 500;
  if (status === 500) console.error(error);
  if (response.headersSent) return response.destroy();
  return send(response, status, { 'content-type': 'text/plain; charset=utf-8' }, `${error.message}\n`);
}

function closeServer(server) {
  return new Promise((resolve) => {
    const cut = setTimeout(() => server.closeAllConnections(), CLOSE_GRACE_MS);
    server.close(() => {
      clearTimeout(cut);
      resolve();
    });
    server.closeIdleConnections();
  });
}
