import type { IncomingMessage, ServerResponse } from "node:http";
import type { FastRequest } from "./fast-path/fast-request.ts";

/** A caller's request, however it was read. */
export type ClientRequest = IncomingMessage | FastRequest;

/** What is used of a caller's response. */
export interface ClientResponse extends Pick<
  ServerResponse,
  "headersSent" | "destroyed" | "writableEnded" | "flushHeaders"
> {
  /** `headers`: name, value, name, value ... */
  writeHead(status: number, headers: string[]): unknown;
  write(data: Buffer | string, done?: () => void): boolean;
  end(data?: Buffer | string): unknown;
  end(data: string, encoding: BufferEncoding): unknown;
  once(event: "drain", listener: () => void): unknown;
  off(event: "drain", listener: () => void): unknown;
}
