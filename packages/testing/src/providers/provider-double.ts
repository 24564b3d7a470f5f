import { type ReceivedRequest, startFakeModelServer } from "../fake-model-server.ts";
import type { Script } from "../fake-model-server-script.ts";
import { type Fault, withFault } from "./fault.ts";
import type { Reply } from "./reply.ts";

/** An object as JSON has it, whose fields nobody has looked at yet. */
export type Fields = Readonly<Record<string, unknown>>;

/** A request as a double saw it. */
export interface ProviderRequest extends ReceivedRequest {
  /** Without the query. */
  readonly path: string;
  readonly query: URLSearchParams;
  /** The body when it is JSON; else undefined. */
  readonly json: unknown;
}

/** A server on loopback that speaks one provider's wire, and remembers what it was sent. */
export interface ProviderDouble extends AsyncDisposable {
  readonly url: string;
  /** Every request so far, in the order in which they arrived; also those that were refused. */
  readonly received: readonly ProviderRequest[];
}

/** What to say to a request that the real API would take: a reply in the provider's shape, or bytes of one's own. */
export type Answer<R extends Reply> = (request: ProviderRequest, index: number) => R | Script;

/** What every double can be told. */
export interface ProviderDoubleOptions<R extends Reply> {
  /** Asked only for requests that the real API would take. Without it: an echo. */
  readonly answer?: Answer<R>;
  /** Strikes any answer, refusals too; undefined lets it pass. `index` counts requests from 0. */
  readonly fault?: (request: ProviderRequest, index: number) => Fault | undefined;
}

/** Starts a double whose answers `respond` makes. */
export async function startProviderDouble(
  options: Pick<ProviderDoubleOptions<Reply>, "fault">,
  respond: (request: ProviderRequest, index: number) => Script | Promise<Script>,
): Promise<ProviderDouble> {
  const received: ProviderRequest[] = [];
  const server = await startFakeModelServer({
    script: async (raw, index) => {
      const request = parsed(raw);
      received.push(request);
      return withFault(await respond(request, index), options.fault?.(request, index));
    },
  });
  return { url: server.url, received, [Symbol.asyncDispose]: () => server.close() };
}

/** The answer to a request that was found good: `speak` puts the reply on the wire. */
export function replyTo<R extends Reply>(
  options: ProviderDoubleOptions<R>,
  request: ProviderRequest,
  index: number,
  plain: R,
  speak: (reply: R) => Script,
): Script {
  const answer = options.answer?.(request, index) ?? plain;
  return isScript(answer) ? answer : speak(answer);
}

/** An object, or undefined for anything else. */
export function fields(value: unknown): Fields | undefined {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Fields) : undefined;
}

/** A text, or an empty one for anything else. */
export function asText(value: unknown): string {
  return typeof value === "string" ? value : "";
}

/** A list, or undefined for anything else. */
export function list(value: unknown): readonly unknown[] | undefined {
  return Array.isArray(value) ? (value as readonly unknown[]) : undefined;
}

function isScript(answer: Reply | Script): answer is Script {
  return Array.isArray(answer);
}

function parsed(raw: ReceivedRequest): ProviderRequest {
  const { pathname, searchParams } = new URL(raw.url, "http://double");
  return { ...raw, path: pathname, query: searchParams, json: parsedJson(raw.body) };
}

function parsedJson(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString());
  } catch {
    // what is no JSON is told by its absence; each wire says so in its own words
    return undefined;
  }
}
