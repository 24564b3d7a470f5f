import { MalformedResponse } from "./response-head.ts";

const maxLineBytes = 1024;
const maxTrailerBytes = 16 * 1024;
const chunkSize = /^([0-9a-f]{1,13})[\t ]*(?:;[\t\x20-\x7e\x80-\xff]*)?\r\n$/i;

/** Takes the frames off a chunked body, however its bytes are cut. Trailers are read over. */
export class ChunkedBody {
  #state: "size" | "data" | "data_end" | "trailers" | "done" = "size";
  /** The line being gathered. */
  #line = "";
  #left = 0;
  #trailerBytes = 0;

  get done(): boolean {
    return this.#state === "done";
  }

  /**
   * Gives the data in `bytes` to `onData`, in order and uncopied, and returns how many bytes belonged to the body.
   * Throws MalformedResponse.
   */
  push(bytes: Buffer, onData: (data: Buffer) => void): number {
    let at = 0;
    while (at < bytes.length && this.#state !== "done") {
      if (this.#state === "data") {
        const data = bytes.subarray(at, at + this.#left);
        at += data.length;
        this.#left -= data.length;
        if (this.#left === 0) this.#state = "data_end";
        onData(data);
      } else {
        at = this.#gather(bytes, at);
        if (this.#line.endsWith("\n")) this.#endLine();
      }
    }
    return at;
  }

  #gather(bytes: Buffer, from: number): number {
    const lineFeed = bytes.indexOf(0x0a, from);
    const end = lineFeed === -1 ? bytes.length : lineFeed + 1;
    if (this.#line.length + end - from > maxLineBytes)
      throw new MalformedResponse("a chunk's size line is too long");
    this.#line += bytes.toString("latin1", from, end);
    return end;
  }

  #endLine(): void {
    const line = this.#line;
    this.#line = "";
    if (this.#state === "size") {
      const size = chunkSize.exec(line);
      if (size === null) throw new MalformedResponse("a chunk does not begin with its size");
      this.#left = Number.parseInt(size[1]!, 16);
      this.#state = this.#left === 0 ? "trailers" : "data";
    } else if (this.#state === "data_end") {
      if (line !== "\r\n") throw new MalformedResponse("a chunk is longer than its size");
      this.#state = "size";
    } else {
      this.#trailerBytes += line.length;
      if (this.#trailerBytes > maxTrailerBytes) throw new MalformedResponse("the trailers are too long");
      if (line === "\r\n") this.#state = "done";
    }
  }
}
