import { lookup, type LookupAddress, type LookupAllOptions } from "node:dns";
import type { ClientRequest, IncomingMessage } from "node:http";
import { request as requestTls } from "node:https";
import { isIP, type LookupFunction } from "node:net";
import { BerthError } from "@berth/api";
import { forbiddenAddress } from "@berth/std/forbidden-address";
import { request } from "@berth/std/node-http";
import { privateAddress } from "@berth/std/private-address";
import { publicAddress } from "@berth/std/public-address";

export interface FetchRules {
  /** Addresses of this machine and its network may be asked; those that give out credentials never are. */
  readonly allowPrivateUrls: boolean;
  readonly maxMediaBytes: number;
  /** Node's own when absent. */
  readonly lookUp?: LookUp;
}

/** As `dns.lookup` with `all`. */
export type LookUp = (
  host: string,
  options: LookupAllOptions,
  done: (error: NodeJS.ErrnoException | null, found: LookupAddress[]) => void,
) => void;

const mostRedirects = 3;
const timeoutMs = 30_000;

/**
 * What lies at an http(s) URL. Looks each name up on its own connection, so that what was judged is what is asked, and
 * judges where redirects lead as well. Throws BerthError that names `param`: `forbidden` for an address that may not be
 * asked, `payload_too_large`, `unprocessable` for what cannot be had; rejects with the signal's reason.
 */
export async function fetchMedia(
  address: string,
  rules: FetchRules,
  param: string,
  signal: AbortSignal,
): Promise<Uint8Array> {
  const either = AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]);
  try {
    let url = address;
    for (let redirects = 0; redirects <= mostRedirects; redirects++) {
      const answer = await ask(url, rules, param, either);
      const { statusCode = 0, headers } = answer;
      if (statusCode >= 300 && statusCode < 400 && headers.location !== undefined) {
        answer.destroy();
        url = new URL(headers.location, url).href;
        continue;
      }
      if (statusCode === 200) return await wholeBody(answer, rules.maxMediaBytes, param);
      answer.destroy();
      throw unavailable(param, address, `it answers with status ${statusCode}`);
    }
    throw unavailable(param, address, `it redirects more than ${mostRedirects} times`);
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof BerthError) throw error;
    if (error instanceof Error && error.cause instanceof BerthError) throw error.cause;
    const why = either.aborted ? `there is no answer within ${timeoutMs / 1000} s` : (error as Error).message;
    throw unavailable(param, address, why, error);
  }
}

function ask(
  address: string,
  rules: FetchRules,
  param: string,
  signal: AbortSignal,
): Promise<IncomingMessage> {
  const url = URL.parse(address);
  if (url === null || (url.protocol !== "http:" && url.protocol !== "https:"))
    throw new BerthError("invalid_request", `${param}: only http: and https: URLs are fetched`, { param });
  refuseHost(url.hostname, rules, param);
  const options = {
    signal,
    agent: false,
    lookup: judging(rules, param),
    headers: { accept: "*/*" },
  } as const;
  return new Promise((resolve, reject) => {
    const asking: ClientRequest =
      url.protocol === "https:" ? requestTls(url, options) : request(url, options);
    asking.on("error", reject);
    asking.on("response", resolve);
    asking.end();
  });
}

/** Names are let pass here: what they resolve to is judged when it is known. */
function refuseHost(host: string, rules: FetchRules, param: string): void {
  if (forbiddenAddress(host))
    throw new BerthError("forbidden", `${param}: ${host} is never asked: clouds give out credentials there`, {
      param,
    });
  const bare = host.replace(/^\[|\]$/g, "");
  if (rules.allowPrivateUrls || (isIP(bare) === 0 ? !privateAddress(bare) : publicAddress(bare))) return;
  throw new BerthError(
    "forbidden",
    `${param}: ${host} is no public address; send the file itself, or launch the service with --allow-private-urls`,
    { param },
  );
}

function judging(rules: FetchRules, param: string): LookupFunction {
  return (host, options, done) => {
    const lookUp: LookUp = rules.lookUp ?? lookup;
    lookUp(host, { ...options, all: true }, (error, found) => {
      if (error !== null) return done(error, []);
      try {
        for (const { address } of found) refuseHost(address, rules, param);
      } catch (refused) {
        return done(refused as NodeJS.ErrnoException, []);
      }
      const [first] = found;
      if (options.all === true || first === undefined) return done(null, found);
      return done(null, first.address, first.family);
    });
  };
}

async function wholeBody(answer: IncomingMessage, maxBytes: number, param: string): Promise<Uint8Array> {
  const parts: Buffer[] = [];
  let size = 0;
  for await (const part of answer as AsyncIterable<Buffer>) {
    size += part.length;
    if (size > maxBytes) throw tooLarge(param, maxBytes);
    parts.push(part);
  }
  return Buffer.concat(parts);
}

export function tooLarge(param: string, maxBytes: number): BerthError {
  return new BerthError("payload_too_large", `${param}: it is larger than ${maxBytes} bytes`, {
    param,
    details: { maxMediaBytes: maxBytes },
  });
}

function unavailable(param: string, address: string, why: string, cause?: unknown): BerthError {
  const shown = address.length > 200 ? `${address.slice(0, 200)}...` : address;
  return new BerthError("unprocessable", `${param}: ${shown} cannot be fetched: ${why}`, { param, cause });
}
