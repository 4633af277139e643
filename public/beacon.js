const { event, route, funnel, steps, experiment } = document.querySelector('[data-funnel]').dataset;
const key = (name, kind) => sessionStorage['bumpgrade.analytics.' + name] ??= kind + '-' + crypto.randomUUID();
const post = async (path, idempotencyKey, more) => {
  const anonymousId = key('anonymous-session.v1', 'anonymous-session');
  for (const input of document.querySelectorAll('[data-visitor]')) input.value = anonymousId;
  const body = JSON.stringify({ sourceRoute: route, anonymousId, idempotencyKey, ...more });
  return (await fetch('/api/analytics/' + path, { method: 'POST', keepalive: true, body })).json();
};
const look = async () => {
  const all = steps.split(' ');
  const stepId = all[all.indexOf(location.hash) - 1] ?? all[0];
  const seen = { route, funnelId: funnel, stepId, referrerHost: document.referrer.split('/')[2] };
  if (experiment) {
    const id = key('assignment.v1.' + experiment, 'experiment-assignment');
    seen.variantId = (await post('assignments', id, { experimentId: experiment })).variantId;
  }
  new URL(location).searchParams.forEach((value, name) => {
    if (/^utm_./.test(name)) seen['utm' + name[4].toUpperCase() + name.slice(5)] = value;
  });
  const id = key(`funnel-page-view.v1.${funnel}.${stepId}`, 'funnel-page-view');
  await post('events', id, { eventDefinitionId: event, publicProperties: seen });
};
/[?&](bumpgrade_analytics=off|preview=true)\b/.test(location) || (onhashchange = () => look().catch(() => {}))();
