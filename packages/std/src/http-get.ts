import type { ClientRequest, RequestOptions } from "node:http";
import { connect } from "node:net";
import type { Duplex } from "node:stream";
import { request } from "./node-http.ts";
import { beginTls, type Fingerprint, showsCertificate } from "./pinned-tls.ts";

/** Where to ask. */
export interface HttpTarget {
  readonly url: URL;
  /** A Unix socket that leads there. */
  readonly socketPath?: string;
  /** For `https:`: of the one certificate that is believed. */
  readonly fingerprint?: Fingerprint;
}

export interface HttpAnswer {
  readonly status: number;
  readonly body: string;
}

export type HttpGet = (
  target: HttpTarget,
  headers: Readonly<Record<string, string>>,
  signal: AbortSignal,
) => Promise<HttpAnswer>;

const maxBodyBytes = 1024 * 1024;

/**
 * Asks an address once, on a connection of its own, without loading Node's fetch for it. Rejects when there is no
 * whole answer, when it is longer than 1 MiB, when the certificate is another one than was told (nothing is sent then),
 * and with the signal's reason when that aborts.
 */
export const httpGet: HttpGet = (target, headers, signal) => {
  const { fingerprint } = target;
  const way: Pick<RequestOptions, "agent" | "createConnection"> =
    fingerprint === undefined
      ? { agent: false }
      : // without any agent: every agent, also the one that `false` makes, connects by itself, in the clear
        { createConnection: (_, connected) => connectPinned(target, fingerprint, connected) };
  return wholeAnswer(ask(target, headers, { signal, ...way }), signal);
};

/** Begins to ask; what comes of it is `wholeAnswer`'s. */
export function ask(
  { url, socketPath, fingerprint }: HttpTarget,
  headers: Readonly<Record<string, string>>,
  options: Pick<RequestOptions, "signal" | "createConnection"> & {
    readonly agent?: RequestOptions["agent"];
  },
): ClientRequest {
  const way = socketPath === undefined ? {} : { socketPath };
  if (fingerprint === undefined) return request(url, { ...options, ...way, headers });
  const { pathname, search } = url;
  return request({ ...options, ...way, ...hostOf(url), headers, path: pathname + search });
}

/** The answer to what was asked. */
export function wholeAnswer(asking: ClientRequest, signal: AbortSignal): Promise<HttpAnswer> {
  return new Promise((resolve, reject) => {
    const fail = (error: Error): void => reject(signal.aborted ? signal.reason : error);
    asking.on("error", fail);
    asking.on("response", (response) => {
      const chunks: Buffer[] = [];
      let bytes = 0;
      response.on("error", fail);
      response.on("data", (chunk: Buffer) => {
        bytes += chunk.length;
        if (bytes > maxBodyBytes)
          response.destroy(new Error(`the answer is longer than ${maxBodyBytes} bytes`));
        else chunks.push(chunk);
      });
      response.on("end", () =>
        resolve({ status: response.statusCode ?? 0, body: Buffer.concat(chunks).toString() }),
      );
    });
    asking.end();
  });
}

/** Connects, and gives the connection away only once it has shown the certificate. */
export function connectPinned(
  { url, socketPath }: HttpTarget,
  fingerprint: Fingerprint,
  connected: (error: Error | null, stream: Duplex) => void,
): undefined {
  const secure = beginTls(socketPath === undefined ? connect(hostOf(url)) : connect({ path: socketPath }));
  secure.once("error", (error) => connected(error, secure));
  // the request gets the socket, and with it what it writes, only then
  secure.once("secureConnect", () => {
    if (showsCertificate(secure, fingerprint)) return connected(null, secure);
    secure.destroy(new Error("what answers there shows another certificate"));
  });
  return undefined;
}

function hostOf(url: URL): { readonly host: string; readonly port: number } {
  const port = url.port === "" ? (url.protocol === "https:" ? 443 : 80) : Number(url.port);
  return { host: url.hostname.replace(/^\[|\]$/g, ""), port };
}
