import { readFile } from "node:fs/promises";
import { startFakeModelServer } from "@berth/testing/fake-model-server";
import { describe, expect, test } from "vitest";
import { call, eventually, provider, soon, startRig, upstream } from "./gateway-rig.ts";
import { faults, matrixTable, moments, type Cell, type Moment } from "./test/fault-matrix.ts";

/** Longest wait for something to come, so that a stall shows soon. */
const silenceMs = 80;
/** A cancelled upstream is let go within this, on a machine that may be busy with other tests. */
const letGoMs = 100;
const slackMs = 400;

const pairs = Object.entries(faults).flatMap(([fault, cells]) =>
  moments.flatMap((moment) => {
    const cell = cells[moment];
    return cell === undefined ? [] : [[fault, moment, cell] as const];
  }),
);

describe.for(["a service", "a provider"] as const)("what becomes of a request to %s:", (who) => {
  test.for(pairs)("%s, %s", async ([, moment, cell]) => {
    await using server = await startFakeModelServer({ script: () => cell.script });
    const longestMs = cell.seen.cancels === true ? silenceMs : 10_000;
    await using rig = await startRig({
      limits: { firstByteMs: longestMs, streamIdleMs: longestMs, maxRetryPauseMs: 0 },
    });
    const one = who === "a service" ? upstream({ url: server.url }) : provider({ url: server.url });
    rig.routes.route("chat", [one], { retries: 0 });
    const called = await outcome(rig.port, moment, cell);
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
    const [received] = server.received;
    if (cell.seen.cancels === true && received !== undefined)
      await soon(received.aborted, "the upstream is let go", letGoMs + slackMs);
    if (cell.body !== undefined)
      expect(JSON.parse(received?.body.toString() ?? "{}")).toMatchObject({
        messages: (cell.body as { messages: unknown }).messages,
      });
    await nothingLeft(rig);
  });
});

/** `undefined` when the client has left. */
async function outcome(port: number, moment: Moment, cell: Cell) {
  const stream = moment === "before first token" || moment === "mid-stream";
  const body = cell.body ?? {
    model: "chat",
    messages: [{ role: "user", content: "Hi" }],
    ...(stream ? { stream: true, stream_options: { include_usage: true } } : {}),
  };
  if (cell.leavesAfterBytes === undefined) return call(port, { body });
  const leaving = new AbortController();
  const called = call(port, { body, signal: leaving.signal, onPiece: () => leaving.abort() });
  if (cell.leavesAfterBytes === 0) setTimeout(() => leaving.abort(), 30);
  await called.catch(() => undefined);
  return undefined;
}

function lastError(text: string): string {
  const json = text
    .split("\n\n")
    .findLast((part) => part.includes('"error"'))
    ?.replace(/^\s*data: ?/, "");
  return (JSON.parse(json ?? "{}") as { error?: { code?: string } }).error?.code ?? "";
}

/** One row in the ledger, nothing under way. */
async function nothingLeft(rig: Awaited<ReturnType<typeof startRig>>): Promise<void> {
  await eventually(() => rig.gateway.inFlight === 0, "nothing is under way");
  await eventually(() => rig.usage.length === 1, "there is one row in the ledger");
  expect(rig.observed).toHaveLength(1);
  expect(rig.reported).toEqual([]);
}

test("the matrix is in the documentation as it is tested", async () => {
  const page = await readFile(
    new URL("../../../docs/architecture/gateway-faults.md", import.meta.url),
    "utf8",
  );
  expect(page).toContain(matrixTable());
});
