import { BerthError } from "@berth/api";
import { Room } from "@berth/std/room";
import { type JobPart, jobPieceBytes, type JobStore, type PieceMark } from "@berth/store";
import type { Blobs } from "./blobs.ts";

export interface JobReadsOptions {
  readonly store: Pick<JobStore, "readPiece">;
  readonly blobs: Pick<Blobs, "read">;
}

/** What of a job is read, and by which key. */
export interface ReadOrder {
  readonly id: string;
  readonly part: JobPart;
  readonly bytes: number;
  /** The name under which it is kept elsewhere. */
  readonly blob?: string | null;
  readonly keyId: string;
}

const mebibyte = 1024 * 1024;
/** What a reader has in memory of what is kept elsewhere. */
const blobPieceBytes = mebibyte;
/** What readers have in memory together, and those of one key: an eighth, which is four that read large bodies. */
const limits = { mostBytes: 128 * mebibyte, mostOfOne: 16 * mebibyte };
/** The same of single values that are larger than that share: they are in nobody's way but each other's. */
const limitsOfLarge = { mostBytes: 128 * mebibyte, mostOfOne: 64 * mebibyte };

/** What jobs were given and have left, as it is read: piece by piece as the reader takes it, and never more than memory allows. */
export class JobReads {
  readonly #options: JobReadsOptions;
  readonly #room = new Room(limits);
  readonly #roomForLarge = new Room(limitsOfLarge);

  constructor(options: JobReadsOptions) {
    this.#options = options;
  }

  /** Room for so many bytes, until it is disposed of. Throws `service_unavailable` when there is none. */
  hold(bytes: number, keyId: string): Disposable {
    const room = bytes > limits.mostOfOne ? this.#roomForLarge : this.#room;
    const held = room.take(bytes, keyId);
    if (held !== undefined) return held;
    throw new BerthError(
      "service_unavailable",
      "too much of what jobs hold is being read at the moment: read what you have asked for to its end, and try again",
      { details: { retryAfterSeconds: 5 } },
    );
  }

  /** Exactly so many bytes as are told, or it throws: `not_found` when they are gone meanwhile. Begins when the first is asked for. */
  async *read({ id, part, bytes, blob = null, keyId }: ReadOrder): AsyncGenerator<Uint8Array> {
    using _held = this.hold(Math.min(bytes, blob === null ? jobPieceBytes : blobPieceBytes), keyId);
    let told = 0;
    const pieces = blob === null ? this.#pieces(id, part) : this.#options.blobs.read(blob);
    for await (const piece of pieces) {
      told += piece.length;
      yield piece;
    }
    if (told !== bytes)
      throw new BerthError("internal", `of the ${part} of job ${id} ${told} bytes of ${bytes} were there`);
  }

  async *#pieces(id: string, part: JobPart): AsyncGenerator<Uint8Array> {
    for (let from: PieceMark | null = { event: 0, offset: 0 }; from !== null;) {
      const piece = await this.#options.store.readPiece(id, part, from);
      if (piece === undefined) throw new BerthError("not_found", `job ${id} is forgotten`, { param: "id" });
      yield piece.bytes;
      from = piece.next;
    }
  }
}
