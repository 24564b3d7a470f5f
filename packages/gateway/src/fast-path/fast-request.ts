import type { IncomingHttpHeaders } from "node:http";
import type { Socket } from "node:net";
import type { RequestHead } from "./request-head.ts";

/** A request that is there as a whole, as the gateway reads it. */
export class FastRequest {
  readonly method = "POST";
  readonly httpVersion = "1.1";
  readonly complete = true;
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  readonly socket: Socket;
  readonly wholeBody: Buffer;

  constructor({ url, headers }: RequestHead, socket: Socket, wholeBody: Buffer) {
    this.url = url;
    this.headers = headers;
    this.socket = socket;
    this.wholeBody = wholeBody;
  }

  /** Name, value, name, value ... */
  get rawHeaders(): string[] {
    return Object.entries(this.headers).flatMap(([name, value]) => [name, String(value)]);
  }
}
