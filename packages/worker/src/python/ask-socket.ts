import { type IncomingMessage, request } from "node:http";

export interface SocketCall {
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: Uint8Array | string;
  readonly signal?: AbortSignal;
}

/** POSTs to the server at the socket, by a connection of its own. Resolves with the answer's beginning; rejects when there is none. */
export function askSocket(
  socketPath: string,
  { path, headers = {}, body, signal }: SocketCall,
): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    request({
      socketPath,
      method: "POST",
      path,
      headers: { host: "localhost", "content-length": Buffer.byteLength(body), ...headers },
      // one that was kept may be closed just now
      agent: false,
      ...(signal === undefined ? {} : { signal }),
    })
      .once("response", resolve)
      .once("error", reject)
      .end(body);
  });
}

/** The rest of the answer. Rejects when it breaks off. */
export async function readWhole(answer: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  for await (const part of answer) parts.push(part);
  return Buffer.concat(parts);
}
