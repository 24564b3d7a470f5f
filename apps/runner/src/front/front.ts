import type { IncomingMessage, Server, ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { BerthError } from "@berth/api/error";
import {
  atOnceHeader,
  notBegunHeader,
  runnerHealthPath,
  runnerSecretHeader,
  type RunnerHealth,
} from "@berth/api/runner";
import { createServer } from "@berth/std/node-http";
import { isSameSecret } from "@berth/std/same-secret";
import { forward, type ForwardTarget } from "./forward.ts";
import { headerValue } from "./headers.ts";
import { refuse } from "./refuse.ts";
import { Turns } from "./turns.ts";

/** What happens to requests that bear the secret. */
export type Gate =
  | { readonly kind: "closed"; readonly reason: string }
  | { readonly kind: "open"; readonly engine: ForwardTarget }
  | { readonly kind: "draining" }
  | { readonly kind: "dead"; readonly reason: string };

export interface FrontOptions {
  readonly host: string;
  /** Speaks TLS with it; plain HTTP without. */
  readonly certificate?: { readonly key: string; readonly cert: string } | undefined;
  readonly secret: string;
  readonly gate: () => Gate;
  /** Rejects with a BerthError when the engine, although started, does not answer. */
  readonly health: (traffic: Traffic) => Promise<RunnerHealth>;
  readonly now: () => number;
}

export interface Traffic {
  readonly inFlight: number;
  readonly lastActivityAt: number | null;
}

/** The one port that others can reach. */
export interface Front {
  readonly port: number;
  /** Resolves when no request is under way. */
  idle(): Promise<void>;
  readonly traffic: Traffic;
  /** Lets answers that are being written reach their callers for `graceMs`, then ends every connection. */
  close(graceMs: number): Promise<void>;
}

/** Long enough that callers, not we, close idle connections: who closes first can lose a request. */
const keepAliveMs = 75_000;
const headersMs = 15_000;

export async function openFront(options: FrontOptions): Promise<Front> {
  const isSecret = (given: string | undefined): boolean => isSameSecret(given, options.secret);
  let inFlight = 0;
  let lastActivityAt: number | null = null;
  const idleWaiters: (() => void)[] = [];

  const turns = new Turns();

  const carry = (incoming: IncomingMessage, outgoing: ServerResponse, engine: ForwardTarget): void => {
    inFlight++;
    lastActivityAt = options.now();
    const turn = turns.take(mostAtOnce(incoming), () => {
      const gate = options.gate();
      switch (gate.kind) {
        // an engine that has died and come back while it waited
        case "open":
          return forward(incoming, outgoing, gate.engine);
        case "draining":
          return forward(incoming, outgoing, engine);
        case "closed":
        case "dead":
          return turnAway(incoming, outgoing, gate);
      }
    });
    outgoing.once("close", () => {
      turn.over();
      inFlight--;
      lastActivityAt = options.now();
      if (inFlight > 0) return;
      for (const wake of idleWaiters.splice(0)) wake();
    });
  };

  const onRequest = (incoming: IncomingMessage, outgoing: ServerResponse): void => {
    // a caller who leaves while we refuse him is no fault of ours
    incoming.on("error", () => undefined);
    outgoing.on("error", () => undefined);
    if (!isSecret(headerValue(incoming.rawHeaders, runnerSecretHeader)))
      return refuse(incoming, outgoing, wrongSecret, { connection: "close" });
    if (incoming.url === runnerHealthPath) return void tellHealth(incoming, outgoing);
    const gate = options.gate();
    switch (gate.kind) {
      case "open":
        return carry(incoming, outgoing, gate.engine);
      case "closed":
      case "draining":
      case "dead":
        return turnAway(incoming, outgoing, gate);
    }
  };

  const tellHealth = async (incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> => {
    try {
      const body = JSON.stringify(await options.health({ inFlight, lastActivityAt }));
      incoming.resume();
      outgoing.writeHead(200, { "content-type": "application/json", "cache-control": "no-store" });
      outgoing.end(body);
    } catch (error) {
      const told = error instanceof BerthError ? error : new BerthError("internal", String(error));
      refuse(incoming, outgoing, told);
    }
  };

  const server = makeServer(options.certificate);
  server.on("request", onRequest);
  server.on("checkContinue", (incoming: IncomingMessage, outgoing: ServerResponse) => {
    if (isSecret(headerValue(incoming.rawHeaders, runnerSecretHeader)) && options.gate().kind === "open")
      outgoing.writeContinue();
    onRequest(incoming, outgoing);
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, options.host, resolve);
  });

  const idle = (): Promise<void> =>
    inFlight === 0 ? Promise.resolve() : new Promise((resolve) => idleWaiters.push(resolve));
  return {
    port: (server.address() as AddressInfo).port,
    idle,
    get traffic() {
      return { inFlight, lastActivityAt };
    },
    close: async (graceMs) => {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      const timer = setTimeout(() => server.closeAllConnections(), graceMs);
      await idle();
      server.closeIdleConnections();
      await closed;
      clearTimeout(timer);
    },
  };
}

function makeServer(certificate: FrontOptions["certificate"]): Server {
  const settings = {
    noDelay: true,
    keepAliveTimeout: keepAliveMs,
    headersTimeout: headersMs,
    // a long upload to a slow engine is nobody's fault
    requestTimeout: 0,
  };
  if (certificate === undefined) return createServer(settings);
  // loaded only by those who speak it
  const https = process.getBuiltinModule("node:https");
  return https.createServer({ ...settings, ...certificate, minVersion: "TLSv1.3" });
}

/** Tells whoever comes while the engine takes nothing that it has seen nothing of the request. */
function turnAway(
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  gate: Exclude<Gate, { kind: "open" }>,
): void {
  switch (gate.kind) {
    case "closed": {
      const error = new BerthError("service_unavailable", gate.reason);
      return refuse(incoming, outgoing, error, { ...notBegun, "retry-after": "1" });
    }
    case "draining":
      return refuse(incoming, outgoing, new BerthError("shutting_down", "the service is stopping"), notBegun);
    case "dead":
      return refuse(incoming, outgoing, new BerthError("engine_died", gate.reason), notBegun);
  }
}

/** `Infinity` where nobody says it. */
function mostAtOnce(incoming: IncomingMessage): number {
  const most = Number(headerValue(incoming.rawHeaders, atOnceHeader));
  return Number.isInteger(most) && most > 0 ? most : Infinity;
}

const notBegun = { [notBegunHeader]: "true" };
const wrongSecret = new BerthError("invalid_api_key", `the header ${runnerSecretHeader} is missing or wrong`);
