/** What a paced event says of itself: when it was written, and how late that was already. */
export const eventsPerSecond = 20;

/** Microseconds on the clock that all of this machine's processes have in common. */
export function commonClock(): number {
  return Number(process.hrtime.bigint() / 1000n);
}

export function stampText(lateMs: number): string {
  return `@${commonClock()} ${Math.round(lateMs)};`;
}

export const stampPattern = /@(\d+) (\d+);/g;
/** No stamp is longer: so much of a piece's end may be the beginning of one. */
export const longestStamp = 32;
