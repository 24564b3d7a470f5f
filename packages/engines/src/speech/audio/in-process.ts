import type { FileHandle } from "node:fs/promises";
import { BerthError } from "@berth/api";
import { sampleRate } from "../recognizer.ts";
import type { AudioDecoder } from "./decoder.ts";
import { refuseTooLong } from "./refuse-audio.ts";
import { resample } from "./resample.ts";
import { sniffAudio } from "./sniff-audio.ts";

/** What the package audio-decode makes of a file's bytes: one list of samples for each channel. */
export type DecodeBytes = (bytes: Uint8Array) => Promise<{
  readonly channelData: readonly Float32Array[];
  readonly sampleRate: number;
}>;

/** Decodes here, where the machine has no ffmpeg: WAV, MP3, Ogg, Opus, FLAC, M4A, AAC, WebM. */
export function inProcessDecoder(load: () => Promise<DecodeBytes>): AudioDecoder {
  return {
    name: "audio-decode",
    async decode(file, { maxAudioSeconds, maxFileBytes }, signal) {
      const bytes = await readWhole(file, maxFileBytes);
      signal.throwIfAborted();
      const kind = sniffAudio(bytes);
      if (kind === undefined) throw unreadable("it is none of WAV, MP3, Ogg, FLAC, M4A, AAC, WebM");
      const decode = await load();
      const decoded = await decode(bytes).catch((error: unknown) => {
        throw unreadable(`as ${kind} it cannot be decoded: ${messageOf(error)}`, error);
      });
      signal.throwIfAborted();
      const mono = mixed(decoded.channelData);
      if (mono.length === 0 || decoded.sampleRate <= 0) throw unreadable(`as ${kind} it holds no audio`);
      refuseTooLong((mono.length / decoded.sampleRate) * sampleRate, maxAudioSeconds);
      return toInt16(resample(mono, decoded.sampleRate, sampleRate));
    },
  };
}

async function readWhole(file: FileHandle, maxFileBytes: number): Promise<Uint8Array> {
  const { size } = await file.stat();
  if (size > maxFileBytes)
    throw new BerthError("payload_too_large", `file: it is larger than ${maxFileBytes} bytes`, {
      param: "file",
    });
  const bytes = new Uint8Array(size);
  let filled = 0;
  while (filled < size) {
    const { bytesRead } = await file.read(bytes, filled, size - filled, filled);
    if (bytesRead === 0) break;
    filled += bytesRead;
  }
  return bytes.subarray(0, filled);
}

/** The channels' mean. */
export function mixed(channels: readonly Float32Array[]): Float32Array {
  const [first] = channels;
  if (first === undefined || channels.length === 1) return first ?? new Float32Array();
  const mono = new Float32Array(first.length);
  for (const channel of channels)
    for (let index = 0; index < mono.length; index++) mono[index]! += channel[index]! / channels.length;
  return mono;
}

/** What is louder than full scale is cut off. */
export function toInt16(samples: Float32Array): Int16Array {
  const result = new Int16Array(samples.length);
  for (let index = 0; index < samples.length; index++)
    result[index] = Math.max(-32_768, Math.min(32_767, Math.round(samples[index]! * 32_767)));
  return result;
}

function unreadable(why: string, cause?: unknown): BerthError {
  return new BerthError("invalid_request", `file: ${why}`, { param: "file", cause });
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
