/** Medians and quartiles. */

/** The value below which `share` of the values lie, between neighbours by proportion. */
function quantile(values, share) {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (sorted.length - 1) * share;
  const [low, high] = [sorted[Math.floor(at)], sorted[Math.ceil(at)]];
  return low + (high - low) * (at - Math.floor(at));
}

export function median(values) {
  return quantile(values, 0.5);
}

/** `{ median, low, high }` with the quartiles as low and high, rounded to `digits` decimals. */
export function summary(values, digits = 3) {
  const round = (value) => Number(value.toFixed(digits));
  return { median: round(median(values)), low: round(quantile(values, 0.25)), high: round(quantile(values, 0.75)) };
}
