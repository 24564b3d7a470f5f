import { ChunkedBody } from "./chunked-body.ts";
import { MalformedResponse, parseHead, type ResponseHead } from "./response-head.ts";

/** Told in this order: `onHead` once, `onBody` any number of times, `onEnd` once. */
export interface ResponseListener {
  onHead(head: ResponseHead): void;
  /** The bytes are a view that is good as long as it is kept; they are not copied. */
  onBody(bytes: Buffer): void;
  onEnd(): void;
}

const maxHeadBytes = 64 * 1024;
const headEnd = "\r\n\r\n";

/** Reads one answer from bytes as they come. Interim answers (1xx) are read over. */
export class ResponseParser {
  readonly #method: string;
  readonly #listener: ResponseListener;
  #pending: Buffer | undefined;
  #head: ResponseHead | undefined;
  #left = 0;
  #chunks: ChunkedBody | undefined;
  #done = false;

  constructor(method: string, listener: ResponseListener) {
    this.#method = method;
    this.#listener = listener;
  }

  get done(): boolean {
    return this.#done;
  }

  get head(): ResponseHead | undefined {
    return this.#head;
  }

  /** Throws MalformedResponse, also on bytes after the end. */
  push(bytes: Buffer): void {
    const body = this.#head === undefined ? this.#pushHead(bytes) : bytes;
    if (body.length > 0) this.#pushBody(body);
  }

  /** The peer has closed: ends a body that lasts until then. Returns whether the answer is whole. */
  finish(): boolean {
    if (!this.#done && this.#head?.body.kind === "until_close") this.#end();
    return this.#done;
  }

  /** Returns what follows the head. */
  #pushHead(bytes: Buffer): Buffer {
    const held = this.#pending;
    let all = held === undefined ? bytes : Buffer.concat([held, bytes]);
    this.#pending = undefined;
    for (;;) {
      const end = all.indexOf(headEnd, 0, "latin1");
      if (end > maxHeadBytes || (end === -1 && all.length > maxHeadBytes)) {
        throw new MalformedResponse("the answer's headers are too long");
      }
      if (end === -1) {
        this.#pending = all;
        return Buffer.alloc(0);
      }
      const head = parseHead(all.toString("latin1", 0, end + 2), this.#method);
      all = all.subarray(end + headEnd.length);
      if (head.status >= 200) {
        this.#begin(head);
        return all;
      }
    }
  }

  #begin(head: ResponseHead): void {
    this.#head = head;
    if (head.body.kind === "chunks") this.#chunks = new ChunkedBody();
    if (head.body.kind === "bytes") this.#left = head.body.count;
    this.#listener.onHead(head);
    if (head.body.kind === "none" || (head.body.kind === "bytes" && head.body.count === 0)) this.#end();
  }

  #pushBody(bytes: Buffer): void {
    if (this.#done) throw new MalformedResponse("bytes came after the end of the answer");
    if (this.#chunks !== undefined) {
      const used = this.#chunks.push(bytes, (data) => this.#listener.onBody(data));
      if (!this.#chunks.done) return;
      if (used < bytes.length) throw new MalformedResponse("bytes came after the end of the answer");
      this.#end();
      return;
    }
    if (this.#head?.body.kind === "until_close") {
      this.#listener.onBody(bytes);
      return;
    }
    if (bytes.length > this.#left) throw new MalformedResponse("the answer is longer than its length");
    this.#left -= bytes.length;
    this.#listener.onBody(bytes);
    if (this.#left === 0) this.#end();
  }

  #end(): void {
    this.#done = true;
    this.#listener.onEnd();
  }
}
