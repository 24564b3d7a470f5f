import fc from "fast-check";
import { expect, test } from "vitest";
import { resample } from "./resample.ts";

function sine(hz: number, rate: number, seconds: number): Float32Array {
  return Float32Array.from({ length: Math.floor(rate * seconds) }, (_, at) =>
    Math.sin((2 * Math.PI * hz * at) / rate),
  );
}

/** Root mean square of the middle, where the ends' silence is not heard. */
function loudness(samples: Float32Array): number {
  const middle = samples.subarray(Math.floor(samples.length / 4), Math.floor((samples.length * 3) / 4));
  return Math.sqrt(middle.reduce((sum, sample) => sum + sample * sample, 0) / middle.length);
}

/** The loudest difference between the middles. */
function difference(a: Float32Array, b: Float32Array): number {
  let most = 0;
  for (let at = Math.floor(a.length / 4); at < (a.length * 3) / 4; at++)
    most = Math.max(most, Math.abs(a[at]! - b[at]!));
  return most;
}

test.each([8_000, 11_025, 22_050, 32_000, 44_100, 48_000, 96_000])(
  "a sine of 1 kHz at %i Hz is that sine at 16 kHz, sample for sample",
  (rate) => {
    const heard = resample(sine(1_000, rate, 0.5), rate, 16_000);
    expect(Math.abs(heard.length - 8_000)).toBeLessThanOrEqual(1);
    expect(difference(heard, sine(1_000, 16_000, 0.5))).toBeLessThan(2e-3);
  },
);

test.each([9_000, 12_000, 15_000, 20_000])(
  "a sine of %i Hz, which 16 kHz cannot hold, is left out and not folded back",
  (hz) => {
    expect(loudness(resample(sine(hz, 44_100, 0.5), 44_100, 16_000))).toBeLessThan(1e-3 * Math.SQRT1_2);
  },
);

test("what 16 kHz can hold up to 6.5 kHz passes at its loudness", () => {
  for (const hz of [100, 3_000, 6_000, 6_500])
    expect(loudness(resample(sine(hz, 48_000, 0.5), 48_000, 16_000))).toBeCloseTo(Math.SQRT1_2, 2);
});

test("silence stays silence, a level stays a level, and the length is the time's", () => {
  fc.assert(
    fc.property(
      fc.constantFrom(8_000, 11_025, 16_000, 22_050, 44_100, 48_000),
      fc.integer({ min: 0, max: 3_000 }),
      fc.double({ min: -1, max: 1, noNaN: true }),
      (rate, length, level) => {
        const heard = resample(new Float32Array(length).fill(level), rate, 16_000);
        expect(heard.length).toBe(rate === 16_000 ? length : Math.floor((length * 16_000) / rate));
        const middle = heard[Math.floor(heard.length / 2)];
        if (length > 1_000) expect(middle).toBeCloseTo(level, 4);
        expect(heard.every((sample) => Math.abs(sample) <= Math.abs(level) * 1.3 + 1e-6)).toBe(true);
      },
    ),
  );
});
