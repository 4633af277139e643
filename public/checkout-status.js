/** The waiting page: looks whether the payment was confirmed, and shows the page anew once something changed. */
const SECOND_MS = 1_000;
/** Longest wait for one answer. */
const ANSWER_MAX_MS = 10_000;
/** Pauses between looks, in seconds. After the last look the page stops by itself. */
const PAUSES = {
  waiting: [1, 2, 3, 5, 8, 13, 21, 34, 34],
  clearing: [5, 10, 20, 40, 60, 60],
};
/** From this look on the page says that it is slow today. */
const SLOW_FROM = 4;
const SAYS = {
  waiting: {
    start: 'Checking with the payment service…',
    slow: 'Still checking. Sometimes this takes a minute.',
    offline: 'The connection is down. Trying again shortly.',
    end: 'Not confirmed yet. Nothing is lost: look again in a few minutes.',
  },
  clearing: {
    start: 'You can close this page and come back later.',
    slow: 'You can close this page and come back later.',
    offline: 'The connection is down. Trying again shortly.',
    end: 'The money is not there yet. Come back tomorrow, or look again later.',
  },
};

const element = document.querySelector('[data-checkout-status]');

function say(text, place = element) {
  if (place.textContent !== text) place.textContent = text;
}

function sleep(seconds) {
  return new Promise((resolve) => setTimeout(resolve, seconds * SECOND_MS));
}

/** Resolves when somebody can see the page. */
function seen() {
  if (!document.hidden) return Promise.resolve();
  return new Promise((resolve) => {
    const look = () => {
      if (document.hidden) return;
      document.removeEventListener('visibilitychange', look);
      resolve();
    };
    document.addEventListener('visibilitychange', look);
  });
}

/** True when the page would now look different. */
function isNews({ checkout }, state) {
  switch (checkout?.status) {
    case 'paid':
    case 'payment_failed':
    case 'expired': return true;
    case 'completed': return state === 'waiting';
    default: return false;
  }
}

async function look(id) {
  const response = await fetch(`/api/products/entitlements?${new URLSearchParams({ checkoutIntentId: id })}`, {
    headers: { accept: 'application/json' },
    cache: 'no-store',
    signal: AbortSignal.timeout(ANSWER_MAX_MS),
  });
  if (!response.ok) throw new Error(`status ${response.status}`);
  return response.json();
}

function showAnew() {
  const here = new URL(location.href);
  here.searchParams.delete('check');
  here.hash = '';
  location.replace(here);
}

async function watch() {
  const { checkoutStatus: id, state } = element.dataset;
  const says = SAYS[state] ?? SAYS.waiting;
  const pauses = PAUSES[state] ?? PAUSES.waiting;
  say(says.start);
  for (const [index, pause] of pauses.entries()) {
    await sleep(pause);
    await seen();
    try {
      if (isNews(await look(id), state)) return showAnew();
      say(index + 1 < SLOW_FROM ? says.start : says.slow);
    } catch {
      say(says.offline);
    }
  }
  element.closest('.notice')?.classList.add('still');
  return say(says.end);
}

/** Paid, and something still opens: the page itself knows when to look again and when to stop. */
async function lookAgain(place) {
  say('Opening…', place);
  await sleep(Number(place.dataset.after));
  await seen();
  location.replace(place.dataset.next);
}

if (element) watch();
const opening = document.querySelector('[data-next]');
if (opening) lookAgain(opening);
