/** Zero crossings of the sinc on each side, of the lower of the two rates. */
const zeroCrossings = 32;
/** Of the lower rate's half that passes; the rest is the filter's slope. */
const passedShare = 0.92;
const kaiserBeta = 8;

/**
 * The same sound at another rate, by a windowed sinc. What the new rate cannot hold is left out rather than folded back:
 * 80 dB below.
 */
export function resample(samples: Float32Array, fromRate: number, toRate: number): Float32Array {
  if (fromRate === toRate) return samples;
  const divisor = greatestCommonDivisor(fromRate, toRate);
  const up = toRate / divisor;
  const down = fromRate / divisor;
  const { taps, halfWidth } = filterOf(fromRate, toRate, up);
  const width = 2 * halfWidth;
  const length = Math.floor((samples.length * toRate) / fromRate);
  const result = new Float32Array(length);
  for (let index = 0; index < length; index++) {
    const position = index * down;
    const phase = position % up;
    const first = (position - phase) / up - halfWidth + 1;
    const row = phase * width;
    let sum = 0;
    for (let tap = Math.max(0, -first); tap < width; tap++) {
      const at = first + tap;
      if (at >= samples.length) break;
      sum += samples[at]! * taps[row + tap]!;
    }
    result[index] = sum;
  }
  return result;
}

/** For each phase between two samples, the weights of the samples around it; they add up to one. */
function filterOf(
  fromRate: number,
  toRate: number,
  phases: number,
): { readonly taps: Float64Array; readonly halfWidth: number } {
  const lowest = Math.min(1, toRate / fromRate);
  const cutoff = lowest * passedShare;
  const halfWidth = Math.ceil(zeroCrossings / lowest);
  const width = 2 * halfWidth;
  const taps = new Float64Array(phases * width);
  for (let phase = 0; phase < phases; phase++) {
    let sum = 0;
    for (let tap = 0; tap < width; tap++) {
      const distance = tap - halfWidth + 1 - phase / phases;
      const weight = sinc(distance * cutoff) * kaiser(distance / halfWidth);
      taps[phase * width + tap] = weight;
      sum += weight;
    }
    for (let tap = 0; tap < width; tap++) taps[phase * width + tap]! /= sum;
  }
  return { taps, halfWidth };
}

function sinc(x: number): number {
  return x === 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x);
}

function kaiser(x: number): number {
  return Math.abs(x) > 1 ? 0 : bessel0(kaiserBeta * Math.sqrt(1 - x * x)) / bessel0(kaiserBeta);
}

/** The modified Bessel function of the first kind, order zero. */
function bessel0(x: number): number {
  let term = 1;
  let sum = 1;
  for (let k = 1; term > sum * 1e-12; k++) {
    term *= (x / (2 * k)) ** 2;
    sum += term;
  }
  return sum;
}

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b);
}
