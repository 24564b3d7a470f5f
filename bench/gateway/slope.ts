export interface Sample {
  readonly minute: number;
  readonly mebibytes: number;
}

/** MiB a minute, by least squares. */
export function slopeOf(samples: readonly Sample[]): number {
  const mean = (read: (one: Sample) => number): number =>
    samples.reduce((sum, one) => sum + read(one), 0) / samples.length;
  const minute = mean((one) => one.minute);
  const mebibytes = mean((one) => one.mebibytes);
  const products = mean((one) => (one.minute - minute) * (one.mebibytes - mebibytes));
  return products / mean((one) => (one.minute - minute) ** 2);
}
