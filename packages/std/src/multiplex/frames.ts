/** What the two ends of a pair of pipes tell each other of the connections that share it. */
export type Frame =
  | { readonly kind: "open"; readonly id: number; readonly name: string }
  | { readonly kind: "data"; readonly id: number; readonly bytes: Buffer }
  /** So many more bytes may be sent. */
  | { readonly kind: "credit"; readonly id: number; readonly byteCount: number }
  /** Nothing more is sent this way. */
  | { readonly kind: "end"; readonly id: number }
  /** Nothing more is sent or read. */
  | { readonly kind: "close"; readonly id: number }
  /** Somebody is there. */
  | { readonly kind: "ping"; readonly id: number };

const kinds = ["open", "data", "credit", "end", "close", "ping"] as const satisfies readonly Frame["kind"][];

/** A kind, an id and the length of what follows. */
const headBytes = 9;
/** Short, so that whoever has little to say need not wait long behind the others. */
export const maxDataBytes = 32 * 1024;

export function encodeFrame(frame: Frame): Buffer {
  const body = bodyOf(frame);
  const whole = Buffer.allocUnsafe(headBytes + body.length);
  whole.writeUInt8(kinds.indexOf(frame.kind), 0);
  whole.writeUInt32BE(frame.id, 1);
  whole.writeUInt32BE(body.length, 5);
  body.copy(whole, headBytes);
  return whole;
}

function bodyOf(frame: Frame): Buffer {
  switch (frame.kind) {
    case "open":
      return Buffer.from(frame.name);
    case "data":
      return frame.bytes;
    case "credit": {
      const body = Buffer.allocUnsafe(4);
      body.writeUInt32BE(frame.byteCount);
      return body;
    }
    case "end":
    case "close":
    case "ping":
      return Buffer.alloc(0);
  }
}

/** Cuts a stream of bytes into frames, however it arrives; never holds more than one of them. */
export class FrameReader {
  #held: Buffer = Buffer.alloc(0);

  /** The frames that are whole by now. Throws when the bytes are no frames. */
  read(chunk: Buffer): readonly Frame[] {
    const all = this.#held.length === 0 ? chunk : Buffer.concat([this.#held, chunk]);
    const frames: Frame[] = [];
    let at = 0;
    while (all.length - at >= headBytes) {
      const kind = kinds[all.readUInt8(at)];
      const length = all.readUInt32BE(at + 5);
      if (kind === undefined || length > maxDataBytes) throw new Error("what arrived is no frame");
      const end = at + headBytes + length;
      if (end > all.length) break;
      frames.push(frameOf(kind, all.readUInt32BE(at + 1), all.subarray(at + headBytes, end)));
      at = end;
    }
    this.#held = Buffer.from(all.subarray(at));
    return frames;
  }
}

function frameOf(kind: Frame["kind"], id: number, body: Buffer): Frame {
  switch (kind) {
    case "open":
      return { kind, id, name: body.toString() };
    case "data":
      // a view would keep what arrived with it
      return { kind, id, bytes: Buffer.from(body) };
    case "credit":
      if (body.length !== 4) throw new Error("what arrived is no frame");
      return { kind, id, byteCount: body.readUInt32BE() };
    case "end":
    case "close":
    case "ping":
      return { kind, id };
  }
}
