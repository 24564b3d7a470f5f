import { createHash } from "node:crypto";
import type { Duplex } from "node:stream";

/** The server's side of one websocket (RFC 6455), without extensions; its messages are text. */
export interface TextSocket {
  send(text: string): void;
  close(code: number): void;
}

const opcodes = { text: 1, close: 8, ping: 9, pong: 10 };

/** Answers the handshake. A client that breaks the protocol is closed on with 1002. */
export function acceptWebSocket(
  socket: Duplex,
  key: string,
  receive: (text: string, from: TextSocket) => void,
): TextSocket {
  const accept = createHash("sha1").update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest("base64");
  socket.write(
    "HTTP/1.1 101 Switching Protocols\r\nupgrade: websocket\r\nconnection: Upgrade\r\n" +
      `sec-websocket-accept: ${accept}\r\n\r\n`,
  );
  const send = (opcode: number, payload: Uint8Array): void => {
    if (socket.writable) socket.write(frame(opcode, payload));
  };
  const textSocket: TextSocket = {
    send: (text) => send(opcodes.text, Buffer.from(text)),
    close: (code) => {
      const status = Buffer.alloc(2);
      status.writeUInt16BE(code);
      send(opcodes.close, status);
      socket.end();
    },
  };
  let unread = Buffer.alloc(0);
  socket.on("data", (bytes: Buffer) => {
    unread = Buffer.concat([unread, bytes]);
    for (let next = readFrame(unread); next !== undefined; next = readFrame(unread)) {
      if (!next.isMasked || !next.isWhole) return textSocket.close(1002);
      unread = unread.subarray(next.length);
      if (next.opcode === opcodes.text) receive(next.payload.toString(), textSocket);
      else if (next.opcode === opcodes.ping) send(opcodes.pong, next.payload);
      else if (next.opcode === opcodes.close) return textSocket.close(1000);
    }
  });
  // the client may be gone before what it was to read
  socket.on("error", () => socket.destroy());
  return textSocket;
}

/** Answers a handshake that is not admitted. */
export function refuseWebSocket(socket: Duplex): void {
  socket.end(
    "HTTP/1.1 403 Forbidden\r\ncontent-type: text/plain; charset=utf-8\r\ncontent-length: 0\r\nconnection: close\r\n\r\n",
  );
}

interface Frame {
  readonly opcode: number;
  readonly isWhole: boolean;
  readonly isMasked: boolean;
  readonly payload: Buffer;
  /** Bytes of the whole frame. */
  readonly length: number;
}

function readFrame(bytes: Buffer): Frame | undefined {
  if (bytes.length < 2) return undefined;
  const [first = 0, second = 0] = bytes;
  const short = second & 0x7f;
  const lengthBytes = short === 126 ? 2 : short === 127 ? 8 : 0;
  const isMasked = (second & 0x80) !== 0;
  const start = 2 + lengthBytes + (isMasked ? 4 : 0);
  if (bytes.length < start) return undefined;
  const payloadBytes =
    lengthBytes === 0 ? short : bytes.readUIntBE(2 + Math.max(0, lengthBytes - 6), Math.min(6, lengthBytes));
  const length = start + payloadBytes;
  if (bytes.length < length) return undefined;
  const mask = bytes.subarray(start - 4, start);
  const payload = Buffer.from(bytes.subarray(start, length));
  if (isMasked) for (const [index, byte] of payload.entries()) payload[index] = byte ^ (mask[index % 4] ?? 0);
  return { opcode: first & 0xf, isWhole: (first & 0x80) !== 0, isMasked, payload, length };
}

/** A frame from a server is never masked. */
function frame(opcode: number, payload: Uint8Array): Buffer {
  const head = Buffer.alloc(payload.length < 126 ? 2 : payload.length < 0x10000 ? 4 : 10);
  head[0] = 0x80 | opcode;
  if (head.length === 2) head[1] = payload.length;
  else if (head.length === 4) {
    head[1] = 126;
    head.writeUInt16BE(payload.length, 2);
  } else {
    head[1] = 127;
    head.writeBigUInt64BE(BigInt(payload.length), 2);
  }
  return Buffer.concat([head, payload]);
}
