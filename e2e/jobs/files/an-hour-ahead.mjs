// For `node --import`: the clock of this process is an hour ahead.
const hourMs = 3_600_000;
const { now } = Date;
Date.now = () => now() + hourMs;
globalThis.Date = new Proxy(Date, {
  construct: (Real, words, made) => Reflect.construct(Real, words.length === 0 ? [Date.now()] : words, made),
});
