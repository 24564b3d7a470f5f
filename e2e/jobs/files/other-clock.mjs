// For `node --import file:///.../other-clock.mjs?MS`: the clock of this process is so much ahead.
const aheadMs = Number(new URL(import.meta.url).search.slice(1));
const { now } = Date;
Date.now = () => now() + aheadMs;
globalThis.Date = new Proxy(Date, {
  construct: (Real, words, made) => Reflect.construct(Real, words.length === 0 ? [Date.now()] : words, made),
});
