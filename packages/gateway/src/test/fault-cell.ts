import type { FakeModelServer } from "@berth/testing/fake-model-server";
import { expect } from "vitest";
import { call, eventually, provider, upstream, type Called, type Rig } from "../gateway-rig.ts";
import { faults, moments, type Cell, type Moment } from "./fault-matrix.ts";

export const upstreamKinds = ["a service", "a provider"] as const;

/** Every cell that can be, with the names of its row and its column. */
export const faultCells: readonly (readonly [fault: string, moment: Moment, cell: Cell])[] = Object.entries(
  faults,
).flatMap(([fault, cells]) =>
  moments.flatMap((moment) => {
    const cell = cells[moment];
    return cell === undefined ? [] : [[fault, moment, cell] as const];
  }),
);

/** Asks the rig for what the server scripts, over a connection of its own. `undefined` when the client has left. */
export async function askCell(
  rig: Rig,
  server: FakeModelServer,
  kind: (typeof upstreamKinds)[number],
  moment: Moment,
  cell: Cell,
): Promise<Called | undefined> {
  const { url } = server;
  rig.routes.route("chat", [kind === "a service" ? upstream({ url }) : provider({ url })], { retries: 0 });
  const stream = moment === "before first token" || moment === "mid-stream";
  const body = cell.body ?? {
    model: "chat",
    messages: [{ role: "user", content: "Hi" }],
    ...(stream ? { stream: true, stream_options: { include_usage: true } } : {}),
  };
  // so that the connection is the client's to close wherever the answer is whole
  const headers = { connection: "keep-alive" };
  if (cell.leavesAfterBytes === undefined) return call(rig.port, { body, headers });
  const leaving = new AbortController();
  const onPiece = (): void => leaving.abort();
  // it may have left already, before it is waited for
  const left = call(rig.port, { body, headers, signal: leaving.signal, onPiece }).catch(() => undefined);
  if (cell.leavesAfterBytes === 0) {
    await eventually(() => server.received.length > 0, "the request reaches the upstream");
    leaving.abort();
  }
  await left;
  return undefined;
}

/** One row in the ledger, nothing under way, no socket that carries anything, and at most one that could. */
export async function expectNothingLeft(rig: Rig, server: FakeModelServer, cell: Cell): Promise<void> {
  await eventually(() => rig.gateway.inFlight === 0, "nothing is under way");
  await eventually(() => rig.usage.length === 1, "there is one row in the ledger");
  expect(rig.observed).toHaveLength(1);
  await eventually(() => rig.clientConnections === 0, "no client's connection is open");
  const kept = cell.seen.cancels === true ? 0 : 1;
  await eventually(() => server.openConnections <= kept, `at most ${kept} connections to the upstream`);
  await eventually(() => {
    server.closeIdleConnections();
    return server.openConnections === 0;
  }, "no connection to the upstream carries anything");
  expect(rig.reported).toEqual([]);
}
