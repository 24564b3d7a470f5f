import { FakeClock } from "@berth/std/clock";
import { expect, test } from "vitest";
import { type DiskSpace, FreeDisk } from "./free-disk.ts";

const mebibyte = 1024 * 1024;
const large = 100 * 1024 * mebibyte;
const full = expect.objectContaining({ code: "insufficient_disk" }) as Error;

test.each<[string, DiskSpace, boolean]>([
  ["a large disk with 512 MiB left", { freeBytes: 512 * mebibyte, totalBytes: large }, true],
  ["a large disk with less", { freeBytes: 512 * mebibyte - 1, totalBytes: large }, false],
  ["a small disk with a twentieth left", { freeBytes: 50, totalBytes: 1000 }, true],
  ["a small disk with less", { freeBytes: 49, totalBytes: 1000 }, false],
])("%s takes more jobs, or does not", async (_fact, space, takes) => {
  const disk = new FreeDisk({ space: async () => space, clock: new FakeClock(), report: () => undefined });
  await disk.look();
  if (takes) disk.require();
  else expect(() => disk.require()).toThrow(full);
});

test("it is looked at now and then, and believed as it was while nobody can say", async () => {
  const clock = new FakeClock();
  const stopping = new AbortController();
  const seen: (number | Error)[] = [0, new Error("EIO"), large];
  const reports: unknown[] = [];
  const disk = new FreeDisk({
    space: async () => {
      const next = seen.shift() ?? large;
      if (next instanceof Error) throw next;
      return { freeBytes: next, totalBytes: large };
    },
    clock,
    report: (error) => reports.push(error),
  });
  disk.require();
  const keeping = disk.keep(stopping.signal);
  const asleep = async (): Promise<void> => {
    while (clock.sleeping === 0) await new Promise((resolve) => setImmediate(resolve));
  };
  await asleep();
  expect(() => disk.require()).toThrow(full);
  await clock.advance(5_000);
  await asleep();
  expect(() => disk.require()).toThrow(full);
  expect(reports).toHaveLength(1);
  await clock.advance(5_000);
  await asleep();
  disk.require();
  stopping.abort();
  await keeping;
});
