/** How what was used is written. */

/** `950`, `1.2k`, `3.4M`. */
export function shortCount(count: number): string {
  for (const [step, name] of [
    [1e9, "G"],
    [1e6, "M"],
    [1e3, "k"],
  ] as const)
    if (count >= step) return `${(count / step).toFixed(count >= 100 * step ? 0 : 1)}${name}`;
  return String(Math.round(count));
}

/** `$1.23`, `$0.0012`; `-` for nothing. */
export function money(usd: number | null): string {
  if (usd === null || usd === 0) return "-";
  // two digits that count, however small it is
  return `$${usd.toFixed(usd >= 0.1 ? 2 : Math.min(9, 1 - Math.floor(Math.log10(usd))))}`;
}

/** `12 ms`, `1.3 s`, `2 min`; `-` for what never was. */
export function timeSpan(ms: number | null): string {
  if (ms === null) return "-";
  if (ms < 1) return "<1 ms";
  if (ms < 1000) return `${Math.round(ms)} ms`;
  if (ms < 120_000) return `${(ms / 1000).toFixed(1)} s`;
  return `${Math.round(ms / 60_000)} min`;
}
