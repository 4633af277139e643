/**
 * Faults that a test orders for the API: answer with an error, hang, drop the connection, or be slow; before the
 * request is executed or after its effect is committed.
 *
 * Never touches the payment page, the controls or webhook delivery.
 */

/** Slowest answer that can be ordered, in milliseconds. */
const DELAY_MAX_MS = 120_000;
const ERRORS = {
  409: { type: 'invalid_request_error', code: 'lock_timeout', message: 'This object cannot be accessed right now because another API request is accessing it.' },
  429: { type: 'invalid_request_error', code: 'rate_limit', message: 'Request rate limit exceeded.' },
};

/** Check an order: `{ path, method?, status?: number|'timeout'|'drop', mode?: 'before'|'afterCommit', delayMs?, times? }`. */
export function readFault(order) {
  const { path, method = null, status = null, mode = 'before', delayMs = 0, times = 1 } = order;
  const good = typeof path === 'string' && path.startsWith('/') && ['before', 'afterCommit'].includes(mode)
    && (status === null || status === 'timeout' || status === 'drop' || (Number.isInteger(status) && status >= 400 && status < 600))
    && Number.isInteger(times) && times > 0 && Number.isFinite(delayMs) && delayMs >= 0 && delayMs <= DELAY_MAX_MS;
  if (!good) throw new Error(`Not a fault: ${JSON.stringify(order)}`);
  return { path, method, status, mode, delayMs, left: times };
}

/** Take the first ordered fault that fits this request, or null. A path ending in `*` fits every address that starts so. */
export function takeFault(faults, request, pathname) {
  const index = faults.findIndex((fault) => (!fault.method || fault.method === request.method) && fits(fault.path, pathname));
  if (index < 0) return null;
  const fault = faults[index];
  fault.left -= 1;
  if (fault.left === 0) faults.splice(index, 1);
  return fault;
}

function fits(pattern, pathname) {
  return pattern.endsWith('*') ? pathname.startsWith(pattern.slice(0, -1)) : pathname === pattern;
}

/** Stripe's body for an ordered status. */
export function faultBody(status) {
  return { error: ERRORS[status] ?? { type: 'api_error', message: 'An error occurred with our connection to Stripe (ordered by a test).' } };
}
