import { lookup } from "node:dns/promises";
import { connect, isIP, type Socket } from "node:net";
import type { ProviderCheck, ProviderTarget } from "@berth/api";
import type { Clock } from "@berth/std/clock";
import { DeadlinePassed, withDeadline } from "@berth/std/deadline";
import { type Ask, requireAllowed } from "./ask.ts";
import { type Look, LookFailure, type LookStep } from "./look.ts";
import { type Recognised, recognise } from "./recognise.ts";
import { whyUnreachable } from "./why-unreachable.ts";

export interface Inspection {
  /** Up to the credential, or to the first that failed. */
  readonly checks: readonly ProviderCheck[];
  readonly look: Look;
}

interface InspectionParts {
  readonly clock: Pick<Clock, "monotonic" | "sleep">;
  readonly ask: Ask;
  readonly look: (target: ProviderTarget, signal: AbortSignal) => Promise<Look>;
}

const reachMs = 10_000;
const answerMs = 15_000;

/** Every step by itself: the name, the connection, TLS, then what the server answers. */
export async function inspect(
  target: ProviderTarget,
  { clock, ask, look }: InspectionParts,
  signal: AbortSignal,
): Promise<Inspection> {
  const url = new URL(target.url);
  const checks: ProviderCheck[] = [];
  let underWay: LookStep = "address";
  const step = async <T>(name: LookStep, work: () => Promise<{ value: T; message: string }>): Promise<T> => {
    underWay = name;
    const begun = clock.monotonic();
    const { value, message } = await work();
    checks.push({ step: name, outcome: "ok", message, ms: Math.round(clock.monotonic() - begun) });
    return value;
  };
  const skip = (name: LookStep, message: string): void =>
    void checks.push({ step: name, outcome: "skipped", message, ms: null });
  try {
    await withDeadline(clock, reachMs, signal, async (limit) => {
      const addresses = await step("address", () => resolveHost(url));
      const socket = await step("connection", () => connectTo(addresses, url, limit));
      try {
        if (url.protocol === "https:") await step("tls", () => secure(socket, url, limit));
        else skip("tls", "http: what is sent can be read on the way");
      } finally {
        socket.destroy();
      }
    });
  } catch (error) {
    signal.throwIfAborted();
    const failure = failureOf(error, underWay, url);
    return { checks: [...checks, failed(failure.step, failure.message)], look: failedLook(failure) };
  }
  // only advice: it is not worth a long wait
  const recognised = (): Promise<Recognised | undefined> =>
    withDeadline(clock, answerMs, signal, (limit) => recognise(target, ask, limit)).catch(
      (error: unknown) => {
        if (error instanceof DeadlinePassed) return undefined;
        throw error;
      },
    );
  const begun = clock.monotonic();
  let isSilent = false;
  const found = await withDeadline(clock, answerMs, signal, (limit) => look(target, limit)).catch(
    (error: unknown): Look => {
      signal.throwIfAborted();
      isSilent = true;
      return failedLook(failureOf(error, "path", url));
    },
  );
  const ms = Math.round(clock.monotonic() - begun);
  const isOpenAi = target.kind === "openai-compatible" || target.kind === "vllm-completions";
  const isAnswered = found.kind === "answered" || found.step === "credential" || found.step === "models";
  if (found.kind === "failed" && !isAnswered) {
    const other = found.step === "path" && !isSilent ? await recognised() : undefined;
    const hint = other === undefined ? "" : `; this is ${other.what}: ${adviceOf(target, other)}`;
    const reason = found.reason + hint;
    return { checks: [...checks, failed(found.step, reason)], look: { ...found, reason } };
  }
  const behind = isOpenAi && found.kind === "answered" ? await recognised() : undefined;
  const note =
    behind === undefined || behind.kind === "openai-compatible"
      ? ""
      : `; this is ${behind.what}, whose own API Berth speaks too: ${adviceOf(target, behind)}`;
  checks.push({ step: "path", outcome: "ok", message: `${target.url} answers${note}`, ms });
  if (found.kind === "failed") return { checks: [...checks, failed(found.step, found.reason)], look: found };
  if (target.auth.kind === "none") skip("credential", "none is given, and none is wanted");
  else if (target.kind === "sagemaker") skip("credential", "only an answer shows whether it is accepted");
  else checks.push({ step: "credential", outcome: "ok", message: "it is accepted", ms: null });
  return { checks, look: found };
}

function adviceOf(target: ProviderTarget, { kind, url }: { kind: string; url: string }): string {
  return kind === target.kind || (kind === "openai-compatible" && target.kind === "vllm-completions")
    ? `give the address ${url}`
    : `add it as the kind ${kind}, with the address ${url}`;
}

function failed(step: LookStep, message: string): ProviderCheck {
  return { step, outcome: "failed", message, ms: null };
}

function failureOf(error: unknown, underWay: LookStep, url: URL): LookFailure {
  if (error instanceof LookFailure) return error;
  if (!(error instanceof DeadlinePassed)) return whyUnreachable(error as Error, url);
  const said =
    underWay === "path"
      ? `${url.host} takes the connection and then does not answer`
      : `${url.host} does not answer: a firewall may be in between`;
  return new LookFailure(underWay, said, error);
}

function failedLook({ step, message }: LookFailure): Look {
  return { kind: "failed", step, reason: message };
}

async function resolveHost(url: URL): Promise<{ value: string[]; message: string }> {
  const host = url.hostname.replace(/^\[|\]$/g, "");
  requireAllowed(host);
  if (isIP(host) !== 0) return { value: [host], message: `${host} is an address` };
  const addresses = (await lookup(host, { all: true })).map(({ address }) => address);
  for (const address of addresses) requireAllowed(address);
  return { value: addresses, message: `${host} is ${addresses.join(", ")}` };
}

/** To the first of the addresses that takes it. */
async function connectTo(
  addresses: readonly string[],
  url: URL,
  signal: AbortSignal,
): Promise<{ value: Socket; message: string }> {
  const port = url.port === "" ? (url.protocol === "https:" ? 443 : 80) : Number(url.port);
  let last: unknown;
  for (const host of addresses) {
    const socket = connect({ host, port, signal });
    try {
      await happens(socket, "connect");
      return { value: socket, message: `connected to ${host} at port ${port}` };
    } catch (error) {
      last = error;
    }
  }
  throw last;
}

async function secure(
  socket: Socket,
  url: URL,
  signal: AbortSignal,
): Promise<{ value: undefined; message: string }> {
  const tls = process.getBuiltinModule("node:tls");
  const host = url.hostname.replace(/^\[|\]$/g, "");
  const speaking = tls.connect({ socket, host, ...(isIP(host) === 0 ? { servername: host } : {}) });
  const stop = (): void => void speaking.destroy(signal.reason as Error);
  signal.addEventListener("abort", stop, { once: true });
  try {
    await happens(speaking, "secureConnect");
    const { valid_to: until } = speaking.getPeerCertificate();
    return {
      value: undefined,
      message: `${speaking.getProtocol() ?? "TLS"}, its certificate is good until ${until}`,
    };
  } finally {
    signal.removeEventListener("abort", stop);
    speaking.destroy();
  }
}

/** Resolves at the event, rejects when the socket fails or closes before. */
function happens(socket: Socket, event: "connect" | "secureConnect"): Promise<void> {
  return new Promise((resolve, reject) => {
    socket.once(event, resolve);
    socket.once("error", reject);
    socket.once("close", () => reject(new Error("it hung up")));
  });
}
