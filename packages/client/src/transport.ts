import { BerthApiError, errorFromBody, type BerthApiErrorOptions } from "./error.ts";
import { readBytes, readText, wholeBytes, wholeText, type Body } from "./body.ts";
import type { FormBody } from "./form-body.ts";

/** As much of `fetch` as calls need: the platform's own fits, and so does a lighter one. */
export type Fetch = (
  url: string,
  init: {
    readonly method: string;
    readonly headers: Record<string, string>;
    readonly body?: string | Uint8Array<ArrayBuffer>;
    readonly signal?: AbortSignal;
  },
) => Promise<{
  readonly status: number;
  readonly headers: { get(name: string): string | null };
  readonly body: Body | null;
}>;

export interface Transport {
  readonly baseUrl: string;
  readonly fetch: Fetch;
  /** The headers that every call bears, made anew for each. */
  headers(method: string): Promise<Record<string, string>>;
}

export interface Call {
  readonly method: string;
  /** Begins with `/`, encoded already. */
  readonly path: string;
  readonly query?: Readonly<Record<string, unknown>> | undefined;
  readonly body?: unknown;
  /** Instead of a body that is JSON. */
  readonly form?: FormBody | undefined;
  readonly accept: string;
  readonly headers?: Readonly<Record<string, string>> | undefined;
  readonly signal?: AbortSignal | undefined;
}

export interface Reply {
  readonly status: number;
  readonly requestId: string | undefined;
  /** The body as it comes. Throws `connection_lost` when it breaks off, the signal's reason when aborted. */
  readonly pieces: () => AsyncGenerator<Uint8Array, void, undefined>;
  /** The same as text. */
  text(): AsyncGenerator<string, void, undefined>;
  bytes(): Promise<Uint8Array>;
  readonly header: (name: string) => string | undefined;
}

/** Resolves once the status is known and good. Throws BerthApiError for every refusal, and the signal's reason. */
export async function send(transport: Transport, call: Call): Promise<Reply> {
  const reply = await exchange(transport, call);
  const { status, requestId } = reply;
  if (status >= 200 && status < 300) return reply;
  const retryAfterMs = delayOf(reply.header("retry-after"));
  throw refusal(await wholeText(reply.text()), { status, requestId, retryAfterMs });
}

/** Resolves once the status is known, whatever it is. Throws `server_unreachable`, and the signal's reason. */
export async function exchange(transport: Transport, call: Call): Promise<Reply> {
  const url = `${transport.baseUrl}${call.path}${queryString(call.query)}`;
  const headers = { accept: call.accept, ...(await transport.headers(call.method)), ...call.headers };
  const response = await transport
    .fetch(url, {
      method: call.method,
      ...withBody(call, headers),
      ...(call.signal === undefined ? {} : { signal: call.signal }),
    })
    .catch((cause: unknown) => {
      call.signal?.throwIfAborted();
      throw new BerthApiError("server_unreachable", `no server answers at ${transport.baseUrl}`, {
        status: 0,
        details: { url: transport.baseUrl },
        cause,
      });
    });
  const requestId = response.headers.get("x-request-id") ?? undefined;
  const { status } = response;
  const context = { status, requestId, signal: call.signal };
  const pieces = (): AsyncGenerator<Uint8Array, void, undefined> => readBytes(response.body, context);
  return {
    status,
    requestId,
    pieces,
    text: () => readText(pieces()),
    bytes: () => wholeBytes(pieces()),
    header: (name) => response.headers.get(name) ?? undefined,
  };
}

function withBody({ body, form }: Call, headers: Record<string, string>) {
  if (form !== undefined)
    return { headers: { ...headers, "content-type": form.contentType }, body: form.bytes };
  if (body === undefined) return { headers };
  return { headers: { ...headers, "content-type": "application/json" }, body: JSON.stringify(body) };
}

/** Parses a whole JSON body. Throws `bad_reply` when it is something else. */
export async function readJson(reply: Reply): Promise<unknown> {
  return parseJson(await wholeText(reply.text()), reply);
}

/** Parses a body or an event of one. Throws `bad_reply` when it is something else. */
export function parseJson(text: string, { status, requestId }: Reply): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    const message = `the answer is not JSON: ${start(text)}`;
    throw new BerthApiError("bad_reply", message, { status, requestId, cause });
  }
}

/** `Retry-After` is a number of seconds or a date. */
function delayOf(header: string | undefined): number | undefined {
  if (header === undefined) return undefined;
  const ms = /^\d+$/.test(header) ? Number(header) * 1000 : Date.parse(header) - Date.now();
  return Number.isNaN(ms) ? undefined : Math.max(0, ms);
}

function refusal(
  text: string,
  facts: Pick<BerthApiErrorOptions, "status" | "requestId" | "retryAfterMs">,
): BerthApiError {
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    // Not JSON: whatever stands in between (a proxy, another program) is told below.
  }
  return (
    errorFromBody(body, facts) ??
    new BerthApiError(
      "bad_reply",
      `status ${facts.status}, and no reason Berth would give: ${start(text)}`,
      facts,
    )
  );
}

function start(text: string): string {
  const line = text.trim().replaceAll(/\s+/g, " ");
  if (line === "") return "an empty body";
  return line.length > 120 ? `${line.slice(0, 120)}…` : line;
}

function queryString(query: Readonly<Record<string, unknown>> | undefined): string {
  const given = Object.entries(query ?? {}).filter(([, value]) => value !== undefined);
  if (given.length === 0) return "";
  const pairs = given.map(([name, value]): [string, string] => [name, String(value)]);
  return `?${new URLSearchParams(pairs).toString()}`;
}
