import { expect, test } from "vitest";
import { sampleDownload } from "../test/samples.ts";
import { downloadLine, downloadMilestone } from "./download-line.ts";

test("a running download shows how far, how fast and how long", () => {
  expect(downloadLine(sampleDownload())).toBe(
    "owner/name Q4_K_M  ━━━━━━━━──────────── 41 %  1.2 GB of 2.9 GB  34 MB/s  0:51 left",
  );
});

test.for([
  [
    "the size is not known",
    { bytesTotal: null, bytesPerSecond: null, etaSeconds: null },
    "owner/name Q4_K_M  1.2 GB",
  ],
  ["it waits", { status: "QUEUED" }, "owner/name Q4_K_M  queued"],
  ["it is checked", { status: "VERIFYING" }, "owner/name Q4_K_M  verifying"],
  ["the whole repository comes", { variant: "all", status: "QUEUED" }, "owner/name  queued"],
] as const)("while %s", ([, change, line]) => {
  expect(downloadLine(sampleDownload(change))).toBe(line);
});

test("milestones are tenths", () => {
  const at = (bytesDone: number): string => downloadMilestone(sampleDownload({ bytesDone }));
  expect(at(1_200_000_000)).toBe("owner/name Q4_K_M: 40 % of 2.9 GB");
  expect(at(1_300_000_000)).toBe(at(1_200_000_000));
  expect(at(2_900_000_000)).toBe("owner/name Q4_K_M: 100 % of 2.9 GB");
});
