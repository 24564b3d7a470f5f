/** A line longer than this begins no event. */
const longestName = 64;
const begins = "\nevent:";

/** Which event a stream of named ones told of last, and how much of it there is, however its bytes are cut. */
export class LastEvent {
  /** Its first line as far as it has come: `event: message_stop`; empty until there is one. */
  name = "";
  bytes = 0;
  /** The beginning of the line that has not ended. */
  #line = "";

  push(piece: Buffer): void {
    const text = `\n${this.#line}${piece.toString("latin1").replaceAll("\r", "\n")}`;
    const at = text.lastIndexOf(begins) + 1;
    if (at > 0) {
      this.name = own(/^.*/.exec(text.slice(at, at + longestName))?.[0] ?? "");
      this.bytes = text.length - at;
    } else {
      this.bytes += piece.length;
    }
    const lineAt = text.lastIndexOf("\n") + 1;
    this.#line = own(text.slice(lineAt, lineAt + longestName));
  }
}

/** A part of a text holds on to the whole of it. */
function own(part: string): string {
  return Buffer.from(part, "latin1").toString("latin1");
}
