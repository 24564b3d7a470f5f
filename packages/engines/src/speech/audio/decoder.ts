import type { FileHandle } from "node:fs/promises";

export interface DecodeLimits {
  readonly maxAudioSeconds: number;
  readonly maxFileBytes: number;
}

/** Makes samples of a file. */
export interface AudioDecoder {
  /** For people: "ffmpeg". */
  readonly name: string;
  /**
   * Sixteen thousand samples a second of one channel: all that is heard in the file. Throws BerthError `invalid_request`
   * that says what is wrong with the file, `payload_too_large` for audio that is too long; rejects with the signal's reason.
   */
  decode(file: FileHandle, limits: DecodeLimits, signal: AbortSignal): Promise<Int16Array>;
}
