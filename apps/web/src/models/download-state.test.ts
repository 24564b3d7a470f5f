import type { Download } from "@berth/api";
import { expect, test } from "vitest";
import { typicalDownloads } from "../../mock/seed-models.ts";
import { downloadNumbers } from "./download-state.ts";

const running = typicalDownloads(0)[0] as Download;

test.each<readonly [string, Partial<Download>, string]>([
  ["size, rate and time left", {}, "1.31 GB of 4.68 GB · 27 % · 41 MB/s · 1 min 22 s left"],
  ["no total yet", { bytesTotal: null, bytesPerSecond: null, etaSeconds: null }, "1.31 GB"],
  ["a stopped one has no rate", { status: "CANCELLED" }, "1.31 GB of 4.68 GB · 27 %"],
  ["a whole one is its size", { status: "COMPLETED" }, "4.68 GB"],
  [
    "almost whole is not whole",
    { bytesDone: 4_683_073_247, bytesPerSecond: null, etaSeconds: null },
    "4.68 GB of 4.68 GB · 99 %",
  ],
])("%s", (_, change, text) => {
  expect(downloadNumbers({ ...running, ...change })).toBe(text);
});
