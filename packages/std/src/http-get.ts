import type { ClientRequest, RequestOptions } from "node:http";
import { connect } from "node:net";
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

const maxBodyBytes = 1024 * 1024;

/**
 * Asks an address once, on a connection of its own, without loading Node's fetch for it. Rejects when there is no
 * whole answer, when it is longer than 1 MiB, when the certificate is another one than was told (nothing is sent then),
 * and with the signal's reason when that aborts.
 */
export function httpGet(
  target: HttpTarget,
  headers: Readonly<Record<string, string>>,
  signal: AbortSignal,
): Promise<HttpAnswer> {
  return new Promise((resolve, reject) => {
    const fail = (error: Error): void => reject(signal.aborted ? signal.reason : error);
    const asking = ask(target, headers, signal);
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

function ask(
  target: HttpTarget,
  headers: Readonly<Record<string, string>>,
  signal: AbortSignal,
): ClientRequest {
  const { url, socketPath, fingerprint } = target;
  const shared = { headers, signal };
  const way = socketPath === undefined ? {} : { socketPath };
  if (fingerprint === undefined) return request(url, { ...shared, ...way, agent: false });
  const port = url.port === "" ? 443 : Number(url.port);
  const host = url.hostname.replace(/^\[|\]$/g, "");
  const createConnection: RequestOptions["createConnection"] = (_, connected) => {
    const secure = beginTls(
      socketPath === undefined ? connect({ host, port }) : connect({ path: socketPath }),
    );
    secure.once("error", (error) => connected(error, secure));
    // the request gets the socket, and with it what it writes, only then
    secure.once("secureConnect", () => {
      if (showsCertificate(secure, fingerprint)) return connected(null, secure);
      secure.destroy(new Error("what answers there shows another certificate"));
    });
    return undefined;
  };
  const { pathname, search } = url;
  return request({ ...shared, host, port, path: pathname + search, createConnection });
}
