import type { LookupAddress } from "node:dns";
import type { ClientRequest, IncomingMessage } from "node:http";
import { isIP, type LookupFunction } from "node:net";
import { request } from "@berth/std/node-http";
import { publicAddress } from "@berth/std/public-address";
import { untilAborted } from "@berth/std/until-aborted";
import type { AllowedHosts } from "./allowed-hosts.ts";
import { checkWebhookUrl, hostOf, notPublic, portOf } from "./check-webhook-url.ts";
import { type LookUp, lookUpNames } from "./look-up.ts";
import { webhookRules } from "./webhook-rules.ts";

export interface WebhookCall {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
}

export type WebhookAnswer =
  /** `text`: its beginning. */
  | { readonly kind: "answered"; readonly status: number; readonly text: string }
  | { readonly kind: "unreached"; readonly reason: string }
  /** It leads where nothing is sent, and nothing was. */
  | { readonly kind: "forbidden"; readonly reason: string };

/** Tells a webhook once. Rejects with the signal's reason when that aborts before there is a status. */
export type SendWebhook = (call: WebhookCall, signal: AbortSignal) => Promise<WebhookAnswer>;

export interface WebhookSenderOptions {
  readonly allowed: AllowedHosts;
  /** All addresses of a name; as this machine knows them when absent. */
  readonly resolve?: LookUp;
}

/**
 * By POST, on a connection of its own to exactly the addresses that were looked at: the name is not asked for again.
 * Follows no redirect, and reads no more of an answer than is kept.
 */
export function webhookSender(options: WebhookSenderOptions): SendWebhook {
  const { allowed, resolve = lookUpNames({ asksSystem: (host) => allowed.isNamed(host) }) } = options;
  return async (call, signal) => {
    signal.throwIfAborted();
    const forbidden = (reason: string): WebhookAnswer => ({ kind: "forbidden", reason });
    try {
      checkWebhookUrl(call.url, allowed);
    } catch (error) {
      return forbidden(reasonOf(error));
    }
    const url = new URL(call.url);
    const host = hostOf(url);
    let isInside = false;
    try {
      const family = isIP(host);
      const addresses =
        family === 0 ? await untilAborted(resolve(host, signal), signal) : [{ address: host, family }];
      if (!addresses.every(({ address }) => allowed.permits(host, portOf(url), address)))
        return forbidden(notPublic(url));
      isInside = !addresses.every(({ address }) => publicAddress(address));
      return await answerTo(begin(url, call, pinnedTo(addresses), signal));
    } catch (error) {
      signal.throwIfAborted();
      return { kind: "unreached", reason: isInside ? kindOf(error) : reasonOf(error) };
    }
  };
}

function pinnedTo(addresses: readonly LookupAddress[]): LookupFunction {
  return (hostname, { all }, callback) => {
    const [first] = addresses;
    if (first === undefined) return callback(new Error(`${hostname} has no address`), []);
    if (all === true) return callback(null, [...addresses]);
    return callback(null, first.address, first.family);
  };
}

function begin(
  url: URL,
  { headers, body }: WebhookCall,
  lookup: LookupFunction,
  signal: AbortSignal,
): ClientRequest {
  const sent = { ...headers, "content-length": String(body.length), connection: "close" };
  const options = { method: "POST", agent: false, lookup, signal, headers: sent } as const;
  // loaded only by those who speak it
  const asking =
    url.protocol === "https:"
      ? process.getBuiltinModule("node:https").request(url, options)
      : request(url, options);
  asking.end(body);
  return asking;
}

/** A status is an answer, whatever becomes of what follows it. */
function answerTo(asking: ClientRequest): Promise<WebhookAnswer> {
  return new Promise((resolve, reject) => {
    let status: number | undefined;
    const chunks: Buffer[] = [];
    const end = (error?: Error): void => {
      asking.destroy();
      if (status === undefined)
        return reject(error ?? new Error("the connection was closed without an answer"));
      const kept = Buffer.concat(chunks).subarray(0, webhookRules.answerBytes);
      // a letter that was cut is left out
      resolve({ kind: "answered", status, text: new TextDecoder().decode(kept, { stream: true }) });
    };
    asking.on("error", end);
    asking.on("close", () => end());
    asking.on("response", (response: IncomingMessage) => {
      status = response.statusCode ?? 0;
      let bytes = 0;
      response.on("data", (chunk: Buffer) => {
        chunks.push(chunk);
        bytes += chunk.length;
        if (bytes >= webhookRules.answerBytes) end();
      });
      response.on("error", end);
      response.on("end", () => end());
    });
  });
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  // one for each address that was tried
  if (error instanceof AggregateError && error.message === "") return error.errors.map(reasonOf).join("; ");
  return error.message;
}

/** No more than what kind of trouble it is: the words say where it led, or what a certificate is for. */
function kindOf(error: unknown): string {
  const errors: readonly unknown[] = error instanceof AggregateError ? error.errors : [error];
  const codes = errors.map((one) => (one as NodeJS.ErrnoException | undefined)?.code ?? "no answer");
  return [...new Set(codes)].join("; ");
}
