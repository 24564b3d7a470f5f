/** Seconds. */
export const latencyBuckets = [
  0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300,
];

// the bounds that OpenTelemetry's conventions for generative AI advise
export const tokenBuckets = Array.from({ length: 14 }, (_, power) => 4 ** power);
export const durationBuckets = Array.from({ length: 14 }, (_, power) => 0.01 * 2 ** power);
export const firstTokenBuckets = [
  0.001, 0.005, 0.01, 0.02, 0.04, 0.06, 0.08, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10,
];
