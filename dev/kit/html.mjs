/**
 * Server-rendered pages for the local stand-ins: an escaping template tag, the page frame and its headers.
 *
 * Never emits a script, and never places an unescaped value in a page.
 */
import { readFileSync } from 'node:fs';
import { send } from './http.mjs';

const CSS = readFileSync(new URL('./page.css', import.meta.url), 'utf8');
/** Where each server answers with the shared style sheet. */
export const CSS_PATH = '/_assets/page.css';

/** Markup that is already safe to place in a page. */
class Markup {
  constructor(text) {
    this.text = text;
  }
  toString() {
    return this.text;
  }
}

const ENTITIES = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

/** Escape text for element content and for quoted attributes. */
export function escape(value) {
  return String(value).replace(/[&<>"']/g, (character) => ENTITIES[character]);
}

/** Template tag: values are escaped, Markup and arrays of Markup pass, null, undefined and false vanish. */
export function html(strings, ...values) {
  let text = strings[0];
  values.forEach((value, index) => {
    text += render(value) + strings[index + 1];
  });
  return new Markup(text);
}

function render(value) {
  if (value === null || value === undefined || value === false) return '';
  if (value instanceof Markup) return value.text;
  if (Array.isArray(value)) return value.map(render).join('');
  return escape(value);
}

/** A whole page. `label` is the line at the top that says which local server this is. */
export function page({ title, label, body }) {
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${title}</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="${CSS_PATH}">
</head>
<body>
<p class="label">${label}</p>
<main>
${body}
</main>
</body>
</html>
`;
}

/**
 * Send a page. `formTargets` are other origins that a form on it may end up at (browsers check the redirect too);
 * `frames` lets the page hold frames of its own origin.
 */
export function sendPage(response, status, markup, { formTargets = [], frames = false } = {}) {
  const policy = [
    "default-src 'none'",
    "style-src 'self'",
    'img-src data:',
    `form-action ${["'self'", ...formTargets].join(' ')}`,
    `frame-src ${frames ? "'self'" : "'none'"}`,
    "base-uri 'none'",
    "frame-ancestors 'none'",
  ].join('; ');
  send(response, status, {
    'content-type': 'text/html; charset=utf-8',
    'content-security-policy': policy,
    'referrer-policy': 'same-origin',
    'x-content-type-options': 'nosniff',
    'cache-control': 'no-store',
  }, markup.toString());
}

/** Answer the shared style sheet; true when this request was for it. */
export function sendCss(request, response, url) {
  if (request.method !== 'GET' || url.pathname !== CSS_PATH) return false;
  send(response, 200, { 'content-type': 'text/css; charset=utf-8', 'cache-control': 'no-cache' }, CSS);
  return true;
}
