import type { Readable } from "node:stream";
import type { Socket } from "node:net";
import { atTurnEnd } from "./turn-end.ts";

const smallBytes = 16 * 1024;

export type RequestBody =
  | { readonly kind: "none" }
  | { readonly kind: "bytes"; readonly bytes: Buffer }
  /** `length` is undefined when only the stream's end will tell. */
  | { readonly kind: "stream"; readonly stream: Readable; readonly length: number | undefined };

export interface UpstreamRequest {
  readonly method: string;
  /** With the query. */
  readonly path: string;
  /** Name, value, name, value ...; without host, connection, content-length and transfer-encoding. */
  readonly headers: readonly string[];
  readonly body: RequestBody;
}

/** Writes the request in one go, at the latest when the turn ends. Resolves nothing: what comes of it is seen on the socket. `onSent` may be called at once. */
export function writeRequest(
  socket: Socket,
  host: string,
  request: UpstreamRequest,
  onSent: () => void,
): void {
  let head = `${request.method} ${request.path} HTTP/1.1\r\nhost: ${host}\r\n`;
  for (let at = 0; at < request.headers.length; at += 2) {
    head += `${request.headers[at]}: ${request.headers[at + 1]}\r\n`;
  }
  const body = request.body;
  switch (body.kind) {
    case "none":
      socket.write(`${head}\r\n`, "latin1");
      onSent();
      return;
    case "bytes":
      writeWhole(socket, `${head}content-length: ${body.bytes.length}\r\n\r\n`, body.bytes);
      onSent();
      return;
    case "stream":
      if (body.length === undefined) {
        socket.write(`${head}transfer-encoding: chunked\r\n\r\n`, "latin1");
      } else {
        socket.write(`${head}content-length: ${body.length}\r\n\r\n`, "latin1");
      }
      writeStream(socket, body.stream, body.length === undefined, onSent);
      return;
  }
}

/** Small bodies go with the head as one text, which costs one buffer and one simpler write less, when the turn ends. */
function writeWhole(socket: Socket, head: string, body: Buffer): void {
  if (body.length <= smallBytes) {
    const text = head + body.toString("latin1");
    atTurnEnd({
      flush: () => {
        if (!socket.destroyed) socket.write(text, "latin1");
      },
    });
    return;
  }
  socket.cork();
  socket.write(head, "latin1");
  socket.write(body);
  socket.uncork();
}

/** Passes the stream on no faster than the socket takes it. A stream that breaks off leaves the request unfinished. */
function writeStream(socket: Socket, stream: Readable, chunked: boolean, onSent: () => void): void {
  const onDrain = (): void => {
    stream.resume();
  };
  const onData = (bytes: Buffer): void => {
    if (socket.destroyed || bytes.length === 0) return;
    if (chunked) socket.write(`${bytes.length.toString(16)}\r\n`, "latin1");
    let room = socket.write(bytes);
    if (chunked) room = socket.write("\r\n", "latin1");
    if (!room) stream.pause();
  };
  const onEnd = (): void => {
    if (chunked && !socket.destroyed) socket.write("0\r\n\r\n", "latin1");
    // the socket may carry many more requests
    socket.off("drain", onDrain);
    socket.off("close", onClose);
    onSent();
  };
  const onClose = (): void => {
    stream.off("data", onData);
    stream.off("end", onEnd);
    // what nobody wants any more is read over, so that the client can finish sending
    stream.resume();
  };
  socket.on("drain", onDrain);
  stream.on("data", onData);
  stream.once("end", onEnd);
  socket.once("close", onClose);
}
