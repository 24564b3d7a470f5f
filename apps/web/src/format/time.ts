const secondMs = 1000;
const minuteMs = 60 * secondMs;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;

/** A span in at most two units: "840 ms", "12 s", "3 min 20 s", "2 h 5 min", "4 d 3 h". */
export function formatSpan(spanMs: number): string {
  const span = Math.max(0, spanMs);
  if (span < secondMs) return `${Math.round(span)} ms`;
  if (span < 10 * secondMs) return `${Number((span / secondMs).toFixed(1))} s`;
  if (span < minuteMs) return `${Math.floor(span / secondMs)} s`;
  if (span < hourMs) return pair(span, minuteMs, "min", secondMs, "s");
  if (span < dayMs) return pair(span, hourMs, "h", minuteMs, "min");
  return pair(span, dayMs, "d", hourMs, "h");
}

/** "just now", "3 min ago", "2 d ago": coarse on purpose, it is read at a glance. */
export function formatAgo(at: number, now: number): string {
  const span = now - at;
  if (span < 10 * secondMs) return "just now";
  if (span < minuteMs) return `${Math.floor(span / secondMs)} s ago`;
  if (span < hourMs) return `${Math.floor(span / minuteMs)} min ago`;
  if (span < dayMs) return `${Math.floor(span / hourMs)} h ago`;
  return `${Math.floor(span / dayMs)} d ago`;
}

/** 10:53:12 in the reader's own zone. */
export function formatClock(at: number): string {
  return new Date(at).toLocaleTimeString("en-GB");
}

/** 2026-03-14 10:53:12 in the reader's own zone. */
export function formatMoment(at: number): string {
  return `${formatDay(at)} ${formatClock(at)}`;
}

/** 2026-03-14 in the reader's own zone. */
export function formatDay(at: number): string {
  return new Date(at).toLocaleDateString("sv-SE");
}

/** The clock for today's moments, the day and the clock for older ones. */
export function formatRecent(at: number, now: number): string {
  return formatDay(at) === formatDay(now) ? formatClock(at) : formatMoment(at);
}

/** To the minute, for what is only expected: 23:28, tomorrow 00:39, or 2026-03-16 08:00. */
export function formatExpected(at: number, now: number): string {
  const clock = formatClock(at).slice(0, 5);
  const day = formatDay(at);
  if (day === formatDay(now)) return clock;
  return day === formatDay(now + dayMs) ? `tomorrow ${clock}` : `${day} ${clock}`;
}

/** A span in which seconds count only in the last minutes: "48 min", "2 h 5 min", "3 min 20 s". */
export function formatRoughSpan(spanMs: number): string {
  return formatSpan(spanMs < 5 * minuteMs ? spanMs : Math.round(spanMs / minuteMs) * minuteMs);
}

function pair(span: number, large: number, largeName: string, small: number, smallName: string): string {
  const first = Math.floor(span / large);
  const second = Math.floor((span % large) / small);
  return second === 0 ? `${first} ${largeName}` : `${first} ${largeName} ${second} ${smallName}`;
}
