import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { Duplex } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";
import { chatReply, chatStream, type Script, type Step } from "./fake-model-server-script.ts";

/** A request as it arrived. */
export interface ReceivedRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  /** As sent, byte for byte; complete when the script is asked for, unless the client has left. */
  readonly body: Buffer;
  readonly receivedAtMs: number;
  /** Resolves when the connection is closed before the answer was sent whole, with the time. */
  readonly aborted: Promise<number>;
  /** Resolves when the answer was sent whole. */
  readonly answered: Promise<number>;
}

export interface FakeModelServerOptions {
  /** What to do with each request; `index` counts from 0. Without it: a fixed chat answer, streamed when asked for. */
  readonly script?: (
    request: ReceivedRequest,
    index: number,
  ) => Script | Promise<Script> | AsyncIterable<Step>;
  /** Takes over the connection of a request that wants another protocol. Without it such a request is like any other. */
  readonly upgrade?: (request: ReceivedRequest, socket: Duplex) => void;
  readonly keepAliveTimeoutMs?: number;
}

export interface FakeModelServer extends AsyncDisposable {
  readonly url: string;
  readonly port: number;
  /** Every request so far, in the order in which they arrived. */
  readonly received: readonly ReceivedRequest[];
  /** How many connections were ever opened to it. */
  readonly connections: number;
  /** How many are open now, those that carry nothing included. */
  readonly openConnections: number;
  /** Closes the connections that carry nothing, as a server does that has waited long enough. */
  closeIdleConnections(): void;
  /** Closes everything at once; so does disposing of it. */
  close(): Promise<void>;
}

/** An OpenAI-like server on loopback that does as it is told, faults included, and remembers what it was sent. */
export async function startFakeModelServer(options: FakeModelServerOptions = {}): Promise<FakeModelServer> {
  const script = options.script ?? defaultScript;
  const received: ReceivedRequest[] = [];
  let connections = 0;
  let openConnections = 0;
  const server = createServer(
    { keepAliveTimeout: options.keepAliveTimeoutMs ?? 60_000 },
    (incoming, outgoing) => {
      answer(incoming, outgoing, received, script).catch((error: unknown) => {
        outgoing.destroy(error instanceof Error ? error : new Error(String(error)));
      });
    },
  );
  server.on("connection", (socket) => {
    connections += 1;
    openConnections += 1;
    socket.once("close", () => (openConnections -= 1));
  });
  const upgraded = new Set<Duplex>();
  const { upgrade } = options;
  if (upgrade !== undefined) {
    server.on("upgrade", (incoming: IncomingMessage, socket: Duplex, head: Buffer) => {
      socket.unshift(head);
      upgraded.add(socket);
      const aborted = Promise.withResolvers<number>();
      socket.once("close", () => {
        upgraded.delete(socket);
        aborted.resolve(performance.now());
      });
      const request: ReceivedRequest = {
        ...requestLine(incoming),
        body: Buffer.alloc(0),
        receivedAtMs: performance.now(),
        aborted: aborted.promise,
        answered: new Promise(() => {}),
      };
      received.push(request);
      upgrade(request, socket);
    });
  }
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, "127.0.0.1", resolve);
  });
  const { port } = server.address() as AddressInfo;
  const close = (): Promise<void> =>
    new Promise((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
      for (const socket of upgraded) socket.destroy();
    });
  return {
    url: `http://127.0.0.1:${port}`,
    port,
    received,
    get connections() {
      return connections;
    },
    get openConnections() {
      return openConnections;
    },
    closeIdleConnections: () => server.closeIdleConnections(),
    close,
    [Symbol.asyncDispose]: close,
  };
}

async function answer(
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  received: ReceivedRequest[],
  script: NonNullable<FakeModelServerOptions["script"]>,
): Promise<void> {
  const aborted = Promise.withResolvers<number>();
  const answered = Promise.withResolvers<number>();
  outgoing.once("close", () => {
    if (outgoing.writableFinished) answered.resolve(performance.now());
    else aborted.resolve(performance.now());
  });
  const receivedAtMs = performance.now();
  const body = await readAll(incoming);
  const request: ReceivedRequest = {
    ...requestLine(incoming),
    body,
    receivedAtMs,
    aborted: aborted.promise,
    answered: answered.promise,
  };
  received.push(request);
  for await (const step of await script(request, received.length - 1)) {
    if (outgoing.destroyed) return;
    await perform(step, outgoing);
  }
}

function requestLine(incoming: IncomingMessage): Pick<ReceivedRequest, "method" | "url" | "headers"> {
  return { method: incoming.method ?? "", url: incoming.url ?? "", headers: incoming.headers };
}

/** What came before the client left, when it leaves. */
async function readAll(incoming: IncomingMessage): Promise<Buffer> {
  const pieces: Buffer[] = [];
  incoming.on("data", (piece: Buffer) => pieces.push(piece));
  await new Promise<void>((resolve) => {
    incoming.once("end", resolve);
    incoming.once("close", resolve);
  });
  return Buffer.concat(pieces);
}

async function perform(step: Step, outgoing: ServerResponse): Promise<void> {
  switch (step.do) {
    case "head":
      outgoing.writeHead(step.status, { ...step.headers });
      outgoing.flushHeaders();
      return;
    case "write":
      await write(outgoing, Buffer.from(step.bytes));
      return;
    case "write_pieces": {
      const bytes = Buffer.from(step.bytes);
      for (let at = 0; at < bytes.length && !outgoing.destroyed; at += step.pieceBytes) {
        await write(outgoing, bytes.subarray(at, at + step.pieceBytes));
      }
      return;
    }
    case "sleep":
      await sleep(step.ms);
      return;
    case "wait":
      await step.for;
      return;
    case "stall":
      await new Promise<void>((resolve) => outgoing.once("close", () => resolve()));
      return;
    case "end":
      outgoing.end();
      return;
    case "raw":
      outgoing.socket?.end(step.bytes);
      return;
    case "reset":
      outgoing.socket?.resetAndDestroy();
      return;
    case "close":
      outgoing.socket?.destroy();
      return;
  }
}

/** Resolves when the bytes have left, so that each write is a piece of its own; also when nobody is there to take them. */
function write(outgoing: ServerResponse, bytes: Buffer): Promise<void> {
  return new Promise((resolve) => {
    const settle = (): void => {
      outgoing.off("close", settle);
      resolve();
    };
    outgoing.once("close", settle);
    outgoing.write(bytes, settle);
  });
}

function defaultScript(request: ReceivedRequest): Script {
  return /"stream"\s*:\s*true/.test(request.body.toString())
    ? chatStream(["Hello", " there"])
    : chatReply("Hello there");
}
