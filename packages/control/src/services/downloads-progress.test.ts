import type { Download } from "@berth/api";
import { expect, test } from "vitest";
import { TransferRate, withProgress } from "./downloads-progress.ts";

function rateOf(samples: readonly (readonly [bytes: number, at: number])[]): number | null {
  const rate = new TransferRate();
  for (const [bytes, at] of samples) rate.sample(bytes, at);
  return rate.bytesPerSecond === null ? null : Math.round(rate.bytesPerSecond);
}

test.each([
  ["one sample tells no rate", [[500, 0]], null],
  [
    "bytes that were there before do not count",
    [
      [5_000_000, 0],
      [5_001_000, 1000],
    ],
    1000,
  ],
  [
    "samples too near to each other are taken together",
    [
      [0, 0],
      [900, 10],
      [1000, 1000],
    ],
    1000,
  ],
  [
    "a steady rate stays",
    [
      [0, 0],
      [1000, 1000],
      [2000, 2000],
      [3000, 3000],
    ],
    1000,
  ],
  [
    "after three seconds the old rate counts half",
    [
      [0, 0],
      [1000, 1000],
      [1000, 4000],
    ],
    500,
  ],
  [
    "a file that is begun again is no negative rate",
    [
      [0, 0],
      [1000, 1000],
      [0, 2000],
      [1000, 3000],
    ],
    1000,
  ],
] as const)("%s", (_, samples, bytesPerSecond) => {
  expect(rateOf(samples)).toBe(bytesPerSecond);
});

test("the time left follows from the rate, and is unknown without one", () => {
  const download = { status: "RUNNING", updatedAt: 0 } as Download;
  const progress = { bytesDone: 1000, bytesTotal: 5000, phase: "downloading" } as const;
  const rate = new TransferRate();
  expect(withProgress(download, progress, rate, 7)).toMatchObject({ etaSeconds: null, bytesPerSecond: null });
  rate.sample(0, 0);
  rate.sample(1000, 1000);
  expect(withProgress(download, progress, rate, 7)).toEqual({
    status: "RUNNING",
    statusReason: null,
    bytesDone: 1000,
    bytesTotal: 5000,
    bytesPerSecond: 1000,
    etaSeconds: 4,
    updatedAt: 7,
  });
  expect(withProgress(download, { ...progress, step: "copying to della" }, rate, 7).statusReason).toBe(
    "copying to della",
  );
  expect(withProgress(download, { ...progress, phase: "verifying" }, rate, 7).status).toBe("VERIFYING");
});
