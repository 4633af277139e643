/**
 * The pages of the mail catcher.
 *
 * Never places a mail's own markup in a page: it is shown in a frame that can run and load nothing.
 */
import { html, page } from '../kit/html.mjs';

const LABEL = 'Local mail: nothing is sent out';
/** What a mail's HTML part may do: be styled, and show pictures that it carries itself. Links open a new tab. */
export const HTML_POLICY = [
  'sandbox allow-popups allow-popups-to-escape-sandbox',
  "default-src 'none'",
  "style-src 'unsafe-inline'",
  'img-src data:',
  "form-action 'none'",
  "frame-ancestors 'self'",
].join('; ');

/** All mails, newest first. */
export function listPage(mails) {
  return page({
    title: `Mail (${mails.length})`,
    label: LABEL,
    body: html`<h1>Mail</h1>
${mails.length === 0 ? html`<p>No mail yet. Reload this page after the shop has sent one.</p>` : html`${mails.map(row)}
<form method="post" action="/delete"><button>Delete all</button></form>`}`,
  });
}

function row(mail) {
  return html`<section><a href="/mails/${mail.id}"><strong>${mail.subject || '(no subject)'}</strong></a><br>
<span>to ${mail.envelope.to.join(', ')}</span><br><span class="soft">from ${mail.envelope.from}, ${when(mail.at)}</span></section>
`;
}

function when(at) {
  return at.replace('T', ' ').slice(0, 19);
}

function people(list) {
  return list.map(({ name, address }) => (name ? `${name} <${address}>` : address)).join(', ');
}

/** One mail. */
export function mailPage(mail) {
  const facts = [
    ['From', people([mail.from].filter(Boolean))], ['To', people(mail.to)], ['Cc', people(mail.cc)], ['Reply to', people(mail.replyTo)],
    ['Envelope', `${mail.envelope.from} to ${mail.envelope.to.join(', ')}`], ['Received', when(mail.at)],
    ['Attachments', mail.attachments.map((file) => `${file.filename ?? 'unnamed'} (${file.mimeType}, ${file.size} bytes)`).join(', ')],
  ].filter(([, value]) => value !== '');
  return page({
    title: mail.subject || '(no subject)',
    label: LABEL,
    body: html`<p><a href="/">All mail</a></p>
<h1>${mail.subject || '(no subject)'}</h1>
<div class="scroll"><table>${facts.map(([name, value]) => html`<tr><th scope="row">${name}</th><td>${value}</td></tr>`)}</table></div>
${mail.text !== null && html`<h2>Text</h2><section><pre>${linked(mail.text)}</pre></section>`}
${mail.html !== null && html`<h2>HTML</h2>
<iframe title="HTML part of the mail" src="/mails/${mail.id}/html" sandbox="allow-popups allow-popups-to-escape-sandbox"></iframe>`}
<p><a href="/mails/${mail.id}/raw">Raw source</a></p>`,
  });
}

/** Text with its web addresses made into links. */
function linked(text) {
  const pieces = text.split(/(https?:\/\/[^\s<>"]+[^\s<>".,;:!?)\]])/);
  return pieces.map((piece, index) => (index % 2 === 1 ? html`<a href="${piece}" rel="noreferrer">${piece}</a>` : html`${piece}`));
}

/** The HTML part as the frame loads it, with links that leave the frame. */
export function htmlPart(mail) {
  return `<!doctype html><base target="_blank">${mail.html ?? ''}`;
}
