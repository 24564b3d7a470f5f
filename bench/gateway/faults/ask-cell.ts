import { request as httpRequest, type IncomingHttpHeaders } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import type { FakeModelServer, ReceivedRequest } from "@berth/testing/fake-model-server";
import type { Cell, Moment } from "@berth/gateway/fault-matrix";
import { benchPath, requestHeaders, type Target } from "../request.ts";

/** When nothing comes for so long, nothing will. */
export const patienceMs = 5_000;
/** For what the upstream has said to come through. */
const passMs = 300;

/** What a client saw of one answer. */
export interface Seen {
  /** `undefined` without a head. */
  readonly status: number | undefined;
  readonly headers: IncomingHttpHeaders;
  readonly bytes: Buffer;
  /** `silent`: nothing came any more, and the client left. */
  readonly end: "whole" | "broken" | "silent" | "left";
  /** From the client's leaving to the upstream's being let go; infinite when that did not happen in time. */
  readonly letGoMs: number | undefined;
  /** What the upstream was asked, if it was. */
  readonly received: ReceivedRequest | undefined;
}

/** Asks for what the server scripts, over a connection of its own, as one who leaves when the cell says so, or has waited too long. */
export async function askCell(
  server: FakeModelServer,
  target: Target,
  moment: Moment,
  cell: Cell,
): Promise<Seen> {
  const before = server.received.length;
  const answer = ask(target, bodyOf(target, moment, cell));
  if (cell.leavesAfterBytes !== undefined) {
    // one who passes on nothing until all is there is left all the same
    await Promise.race([
      cell.leavesAfterBytes > 0 ? answer.begun : sleep(passMs),
      sleep(1_000, undefined, { ref: false }),
    ]);
    answer.leave();
  }
  const seen = await answer.ended;
  const received = server.received[before];
  const { leftAtMs } = seen;
  if (leftAtMs === undefined || received === undefined) return { ...seen, letGoMs: undefined, received };
  const never = sleep(patienceMs, Number.POSITIVE_INFINITY, { ref: false });
  const letGoAtMs = await Promise.race([received.aborted, never]);
  return { ...seen, letGoMs: Math.max(0, letGoAtMs - leftAtMs), received };
}

function bodyOf({ model }: Target, moment: Moment, cell: Cell): Buffer {
  const isStream = moment === "before first token" || moment === "mid-stream";
  const usual = {
    messages: [{ role: "user", content: "Hi" }],
    ...(isStream ? { stream: true, stream_options: { include_usage: true } } : {}),
  };
  return Buffer.from(JSON.stringify({ ...(cell.body ?? usual), model }));
}

type Ended = Omit<Seen, "letGoMs" | "received"> & { readonly leftAtMs: number | undefined };

interface Answer {
  /** Resolves with the first of the body, and when there will be none. */
  readonly begun: Promise<void>;
  readonly ended: Promise<Ended>;
  leave(): void;
}

function ask(target: Target, body: Buffer): Answer {
  const begun = Promise.withResolvers<void>();
  const ended = Promise.withResolvers<Ended>();
  const request = httpRequest({
    host: "127.0.0.1",
    port: target.port,
    agent: false,
    method: "POST",
    path: benchPath,
    headers: { ...requestHeaders(target), "content-length": body.length },
  });
  const pieces: Buffer[] = [];
  let status: number | undefined;
  let headers: IncomingHttpHeaders = {};
  let leftAtMs: number | undefined;
  const settle = (end: Seen["end"]): void => {
    clearTimeout(timer);
    ended.resolve({ status, headers, bytes: Buffer.concat(pieces), end, leftAtMs });
    begun.resolve();
  };
  const leave = (end: "silent" | "left"): void => {
    leftAtMs = performance.now();
    request.destroy();
    settle(end);
  };
  const timer = setTimeout(() => leave("silent"), patienceMs);
  request.on("error", () => settle("broken"));
  request.on("response", (response) => {
    status = response.statusCode;
    headers = response.headers;
    response.on("data", (piece: Buffer) => {
      timer.refresh();
      pieces.push(piece);
      begun.resolve();
    });
    // the loss of the connection shows in `complete`
    response.on("error", () => undefined);
    response.once("close", () => settle(response.complete ? "whole" : "broken"));
  });
  request.end(body);
  return { begun: begun.promise, ended: ended.promise, leave: () => leave("left") };
}
