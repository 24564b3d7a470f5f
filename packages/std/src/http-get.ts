import { request } from "./node-http.ts";

export interface HttpAnswer {
  readonly status: number;
  readonly body: string;
}

const maxBodyBytes = 1024 * 1024;

/**
 * Asks an http address once, on a connection of its own, without loading Node's fetch for it. Rejects when there is no
 * whole answer, when it is longer than 1 MiB, and with the signal's reason when that aborts.
 */
export function httpGet(
  url: URL,
  headers: Readonly<Record<string, string>>,
  signal: AbortSignal,
): Promise<HttpAnswer> {
  return new Promise((resolve, reject) => {
    const fail = (error: Error): void => reject(signal.aborted ? signal.reason : error);
    const asking = request(url, { headers, agent: false, signal });
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
