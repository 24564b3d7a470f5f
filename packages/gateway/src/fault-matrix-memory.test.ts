import { startFakeModelServer } from "@berth/testing/fake-model-server";
import { expect, test } from "vitest";
import { startRig, type Rig } from "./gateway-rig.ts";
import { askCell, expectNothingLeft, faultCells, upstreamKinds } from "./test/fault-cell.ts";
import { usedMemory } from "./test/used-memory.ts";

const silenceMs = 40;
const rounds = 2;
/** More than the last request's own, which may still be there; less than one cell's requests, were they kept. */
const mostObjects = 120;
/** More than what is compiled meanwhile; less than one of the bodies of 10 MB, or than 4 KiB of each request. */
const mostBytes = rounds * upstreamKinds.length * faultCells.length * 4 * 1024;

test.each([
  ["the fast path", true],
  ["node:http", false],
])(
  "whatever goes wrong, time after time, nothing stays in memory by %s",
  async (_path, isFast) => {
    await using rig = await startRig({
      isFast,
      limits: { firstByteMs: silenceMs, streamIdleMs: silenceMs, maxRetryPauseMs: 0 },
    });
    // what is made once is not lost
    await askAll(rig);
    const before = usedMemory();
    for (let round = 0; round < rounds; round += 1) await askAll(rig);
    const after = usedMemory();
    expect(after.objects - before.objects).toBeLessThan(mostObjects);
    expect(after.bytes - before.bytes).toBeLessThan(mostBytes);
  },
  120_000,
);

/** The whole matrix; what the rig itself remembers of it is forgotten. */
async function askAll(rig: Rig): Promise<void> {
  for (const kind of upstreamKinds) {
    for (const [, moment, cell] of faultCells) {
      await using server = await startFakeModelServer({ script: () => cell.script });
      await askCell(rig, server, kind, moment, cell);
      await expectNothingLeft(rig, server, cell);
      rig.usage.length = 0;
      rig.observed.length = 0;
    }
  }
}
