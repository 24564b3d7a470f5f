import type { Agent as HttpAgent } from "node:http";
import {
  ask,
  connectPinned,
  type HttpAnswer,
  type HttpGet,
  type HttpTarget,
  wholeAnswer,
} from "./http-get.ts";
import { Agent } from "./node-http.ts";

/** Unused for this long, a connection is closed. Longer than what asks waits between its questions. */
const idleMs = 60_000;

export interface KeptHttpGet {
  /**
   * As `httpGet`, on a connection that is kept for the next question to the same target: what is asked every few seconds
   * costs no handshake. One that the other side has closed meanwhile is opened anew, once.
   */
  readonly get: HttpGet;
  /** Closes what is kept. */
  close(): void;
}

export function openKeptHttpGet(): KeptHttpGet {
  const agents = new Map<string, HttpAgent>();
  const get: HttpGet = async (target, headers, signal) => {
    const asking = ask(target, headers, { agent: agentFor(agents, target), signal });
    let isAnswered = false;
    asking.once("response", () => (isAnswered = true));
    try {
      return await wholeAnswer(asking, signal);
    } catch (error) {
      // the other side closed the kept connection in the moment in which it was used again
      const isStale = asking.reusedSocket && !isAnswered && !signal.aborted;
      if (!isStale) throw error;
      return await again(agents, target, headers, signal);
    }
  };
  return {
    get,
    close: () => {
      for (const agent of agents.values()) agent.destroy();
      agents.clear();
    },
  };
}

function again(
  agents: Map<string, HttpAgent>,
  target: HttpTarget,
  headers: Readonly<Record<string, string>>,
  signal: AbortSignal,
): Promise<HttpAnswer> {
  const key = keyOf(target);
  agents.get(key)?.destroy();
  agents.delete(key);
  return wholeAnswer(ask(target, headers, { agent: agentFor(agents, target), signal }), signal);
}

/** One for each target: none can be handed another's connection. */
function agentFor(agents: Map<string, HttpAgent>, target: HttpTarget): HttpAgent {
  const key = keyOf(target);
  const known = agents.get(key);
  if (known !== undefined) return known;
  const agent = new Agent({ keepAlive: true, maxFreeSockets: 1, timeout: idleMs });
  const { fingerprint } = target;
  if (fingerprint !== undefined) {
    agent.createConnection = (_, connected) =>
      connectPinned(target, fingerprint, (error, stream) => connected?.(error, stream));
  }
  agents.set(key, agent);
  forgetWhenUnused(agents, key, agent);
  return agent;
}

/** Runners come and go, each with a port of its own. */
function forgetWhenUnused(agents: Map<string, HttpAgent>, key: string, agent: HttpAgent): void {
  const timer = setInterval(() => {
    const isUsed = [agent.sockets, agent.freeSockets, agent.requests].some(
      (held) => Object.keys(held).length > 0,
    );
    if (isUsed) return;
    clearInterval(timer);
    agent.destroy();
    if (agents.get(key) === agent) agents.delete(key);
  }, idleMs).unref();
}

function keyOf({ url, socketPath, fingerprint }: HttpTarget): string {
  return JSON.stringify([url.origin, socketPath, fingerprint]);
}
