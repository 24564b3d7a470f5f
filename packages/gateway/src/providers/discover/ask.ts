import { lookup as lookUp, type LookupAddress } from "node:dns";
import type { ClientRequest, IncomingMessage, RequestOptions } from "node:http";
import { isIP, type LookupFunction } from "node:net";
import { forbiddenAddress } from "@berth/std/forbidden-address";
import { request } from "@berth/std/node-http";
import { LookFailure } from "./look.ts";
import { whyUnreachable } from "./why-unreachable.ts";

export interface Question {
  readonly method: "GET" | "POST";
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

export interface Reply {
  readonly status: number;
  readonly text: string;
  header(name: string): string | undefined;
  /** Each `Set-Cookie`, up to its first semicolon. */
  readonly cookies: readonly string[];
}

/**
 * Asks an inference server one thing, on a connection of its own. Follows no redirect, calls no address that a server
 * must not be made to call, whatever a name resolves to. Rejects with LookFailure when there is no whole answer, and with
 * the signal's reason when that aborts.
 */
export type Ask = (question: Question, signal: AbortSignal) => Promise<Reply>;

const maxBodyBytes = 8 * 1024 * 1024;

export const ask: Ask = async (question, signal) => {
  const { url } = question;
  requireAllowed(url.hostname);
  try {
    return await wholeReply(begin(question, signal), question.body);
  } catch (error) {
    signal.throwIfAborted();
    throw error instanceof LookFailure ? error : whyUnreachable(error as Error, url);
  }
};

/** Throws LookFailure for an address that is never called. */
export function requireAllowed(host: string): void {
  if (!forbiddenAddress(host)) return;
  throw new LookFailure(
    "address",
    `${host} is never called: machines in a cloud get their credentials from there`,
  );
}

function begin({ method, url, headers, body }: Question, signal: AbortSignal): ClientRequest {
  const options: RequestOptions = {
    method,
    signal,
    agent: false,
    lookup: allowedLookup,
    headers: {
      accept: "application/json",
      ...headers,
      ...(body === undefined ? {} : { "content-length": Buffer.byteLength(body) }),
    },
  };
  // loaded only by those who speak it
  return url.protocol === "https:"
    ? process.getBuiltinModule("node:https").request(url, options)
    : request(url, options);
}

/** The system's answer for a name, when none of it is forbidden. */
export const allowedLookup: LookupFunction = (hostname, options, callback) => {
  lookUp(hostname, options, (error, address: string | LookupAddress[], family) => {
    if (error === null) {
      const addresses = typeof address === "string" ? [address] : address.map((one) => one.address);
      const forbidden = addresses.find(forbiddenAddress);
      if (forbidden !== undefined) {
        const said = isIP(hostname) === 0 ? `${hostname} leads to ${forbidden}, which` : forbidden;
        const message = `${said} is never called: machines in a cloud get their credentials from there`;
        return callback(new LookFailure("address", message), address, family);
      }
    }
    callback(error, address, family);
  });
};

function wholeReply(asking: ClientRequest, body: string | undefined): Promise<Reply> {
  return new Promise((resolve, reject) => {
    asking.on("error", reject);
    asking.on("response", (response: IncomingMessage) => {
      const chunks: Buffer[] = [];
      let bytes = 0;
      response.on("error", reject);
      response.on("data", (chunk: Buffer) => {
        bytes += chunk.length;
        if (bytes > maxBodyBytes)
          response.destroy(new LookFailure("models", `its answer is longer than ${maxBodyBytes} bytes`));
        else chunks.push(chunk);
      });
      response.on("end", () => resolve(replyOf(response, Buffer.concat(chunks).toString())));
    });
    asking.end(body);
  });
}

function replyOf({ statusCode = 0, headers }: IncomingMessage, text: string): Reply {
  return {
    status: statusCode,
    text,
    header: (name) => {
      const value = headers[name];
      return Array.isArray(value) ? value[0] : value;
    },
    cookies: (headers["set-cookie"] ?? []).map((cookie) => cookie.split(";", 1)[0] ?? ""),
  };
}
