import { readFile } from "node:fs/promises";
import { startFakeModelServer } from "@berth/testing/fake-model-server";
import { chatReply, type Script } from "@berth/testing/fake-model-server-script";
import { describe, expect, test } from "vitest";
import { call, eventually, soon, startRig, upstream } from "./gateway-rig.ts";
import { askCell, expectNothingLeft, faultCells, upstreamKinds } from "./test/fault-cell.ts";
import { matrixTable } from "./test/fault-matrix.ts";

/** Longest wait for something to come, so that a stall shows soon. */
const silenceMs = 80;
/** A cancelled upstream is let go within this, on a machine that may be busy with other tests. */
const letGoMs = 100;
const slackMs = 400;

const paths = [
  ["the fast path", true],
  ["node:http", false],
] as const;
const ways = paths.flatMap(([path, isFast]) => upstreamKinds.map((kind) => [kind, path, isFast] as const));

describe.for(ways)("what becomes of a request to %s by %s:", ([kind, , isFast]) => {
  test.for(faultCells)("%s, %s", async ([, moment, cell]) => {
    await using server = await startFakeModelServer({ script: () => cell.script });
    const longestMs = cell.seen.cancels === true ? silenceMs : 10_000;
    await using rig = await startRig({
      isFast,
      limits: { firstByteMs: longestMs, streamIdleMs: longestMs, maxRetryPauseMs: 0 },
    });
    const called = await askCell(rig, server, kind, moment, cell);
    if (called !== undefined) {
      const { seen } = cell;
      expect({ status: called.status, complete: called.complete }).toEqual({
        status: seen.status,
        complete: seen.complete,
      });
      if (seen.body !== undefined) expect(called.bytes.equals(seen.body)).toBe(true);
      if (seen.code !== undefined) expect(lastError(called.text)).toBe(seen.code);
      expect(called.headers).toMatchObject(seen.headers ?? {});
    }
    const received = server.received[0]!;
    if (cell.seen.cancels === true) await soon(received.aborted, "the upstream is let go", letGoMs + slackMs);
    if (cell.body !== undefined)
      expect(JSON.parse(received.body.toString())).toMatchObject({
        messages: (cell.body as { messages: unknown }).messages,
      });
    await expectNothingLeft(rig, server, cell);
  });
});

function lastError(text: string): string {
  const json = text
    .split("\n\n")
    .findLast((part) => part.includes('"error"'))
    ?.replace(/^\s*data: ?/, "");
  return (JSON.parse(json ?? "{}") as { error?: { code?: string } }).error?.code ?? "";
}

test("of the connections to an upstream, no more are kept than is allowed", async () => {
  const allAreThere = Promise.withResolvers<void>();
  const script = (_request: unknown, index: number): Script => {
    if (index === 7) allAreThere.resolve();
    return [{ do: "wait", for: allAreThere.promise }, ...chatReply("Hi")];
  };
  await using server = await startFakeModelServer({ script });
  await using rig = await startRig({
    upstreams: [upstream({ url: server.url })],
    limits: { maxIdleConnections: 2 },
  });
  const body = { model: "pilot", messages: [] };
  await Promise.all(Array.from({ length: 8 }, () => call(rig.port, { body })));
  expect(server.connections).toBe(8);
  await eventually(() => server.openConnections === 2, "two are kept");
});

test("the matrix is in the documentation as it is tested", async () => {
  const page = await readFile(
    new URL("../../../docs/architecture/gateway-faults.md", import.meta.url),
    "utf8",
  );
  expect(page).toContain(matrixTable());
});
