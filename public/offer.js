/** The offer page: keeps the total in step with the extras, and sends an order once. */
/** After this long without leaving the page the button can be pressed again: the key keeps it one order. */
const PATIENCE_MS = 20_000;

const form = document.querySelector('form.order');
const output = form?.querySelector('[data-total]');

/** Money as the server writes it: `$9`, `$28.50`, `JPY 900`. */
function money(minor, currency, decimals) {
  const hasSign = ['usd', 'eur', 'gbp'].includes(currency);
  return new Intl.NumberFormat('en-US', {
    style: 'currency',
    currency,
    currencyDisplay: hasSign ? 'narrowSymbol' : 'code',
    minimumFractionDigits: decimals === 2 && minor % 100 === 0 ? 0 : decimals,
    maximumFractionDigits: decimals,
  }).format(minor / 10 ** decimals).replaceAll('\u00a0', ' ');
}

function chosen() {
  return [...form.querySelectorAll('[name="orderBumpPriceIds"]:checked')];
}

function showTotal() {
  const shown = output?.querySelector('data');
  if (!shown) return;
  const decimals = shown.value.split('.')[1]?.length ?? 0;
  const minor = chosen().reduce((sum, extra) => sum + Number(extra.dataset.amount), Number(output.dataset.total));
  const text = money(minor, output.dataset.currency, decimals);
  if (shown.textContent === text) return;
  shown.value = (minor / 10 ** decimals).toFixed(decimals);
  shown.textContent = text;
}

/** A key stands for one order, so another choice after going back gets a key of its own. */
function renewKey(key, order) {
  if (key.dataset.sentFor !== undefined && key.dataset.sentFor !== order) {
    const bytes = crypto.getRandomValues(new Uint8Array(16));
    key.value = `offer-page-${Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')}`;
  }
  key.dataset.sentFor = order;
}

if (form) {
  const button = form.querySelector('button[type="submit"]');
  const label = button?.textContent;
  const isBusy = (busy) => {
    if (!button) return;
    button.disabled = busy;
    button.textContent = busy ? button.dataset.busy : label;
  };
  form.addEventListener('change', showTotal);
  form.addEventListener('submit', (event) => {
    if (button?.disabled) {
      event.preventDefault();
      return;
    }
    renewKey(form.elements.idempotencyKey, chosen().map((extra) => extra.value).join(' '));
    isBusy(true);
    setTimeout(isBusy, PATIENCE_MS, false);
  });
  window.addEventListener('pageshow', () => {
    isBusy(false);
    showTotal();
  });
}
