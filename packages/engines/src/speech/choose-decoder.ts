import type { AudioDecoder } from "./audio/decoder.ts";
import { ffmpegDecoder } from "./audio/ffmpeg.ts";
import { findFfmpeg } from "./audio/find-ffmpeg.ts";
import { inProcessDecoder, type DecodeBytes } from "./audio/in-process.ts";

/** ffmpeg where a directory of `path` has it, for it reads more and faster; else the package audio-decode, here. */
export async function chooseDecoder(
  path: string,
  importPackage: (name: string) => Promise<unknown>,
): Promise<AudioDecoder> {
  const program = await findFfmpeg(path);
  if (program !== undefined) return ffmpegDecoder(program);
  return inProcessDecoder(
    async () => ((await importPackage("audio-decode")) as { readonly default: DecodeBytes }).default,
  );
}
