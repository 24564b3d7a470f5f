import { spawn } from "node:child_process";
import { once } from "node:events";
import { BerthError } from "@berth/api";
import { sampleRate } from "../recognizer.ts";
import type { AudioDecoder } from "./decoder.ts";
import { refuseTooLong } from "./refuse-audio.ts";

/** Containers of one file each. Playlists are none of them: they would name other files. */
const formats = "wav,w64,mp3,ogg,flac,mov,mp4,m4a,3gp,aac,matroska,webm,aiff,caf,amr";
/** The file as the child has it: descriptor 3. It keeps its place to seek in, whatever becomes of its name. */
const input = "file:/dev/fd/3";
const bytesPerSample = 2;
const maxWords = 2_000;

/** Decodes by a program of the machine's, without a shell; it sees the one file that it is given and no network. */
export function ffmpegDecoder(program: string): AudioDecoder {
  return {
    name: "ffmpeg",
    async decode(file, limits, signal) {
      signal.throwIfAborted();
      const child = spawn(program, ffmpegWords(limits.maxAudioSeconds), {
        stdio: ["ignore", "pipe", "pipe", file.fd],
        signal,
        killSignal: "SIGKILL",
      });
      const ended = once(child, "close") as Promise<[number | null, string | null]>;
      // its rejection, when the program cannot be started or is aborted, is looked at below
      ended.catch(() => {});
      let words = "";
      child.stderr?.setEncoding("utf8").on("data", (text: string) => {
        if (words.length < maxWords) words += text;
      });
      const parts: Buffer[] = [];
      child.stdout?.on("data", (part: Buffer) => parts.push(part));
      const [code, killedBy] = await ended.catch((error: unknown) => {
        signal.throwIfAborted();
        throw new BerthError("internal", `ffmpeg could not be started: ${(error as Error).message}`, {
          cause: error,
        });
      });
      const samples = samplesOf(parts);
      refuseTooLong(samples.length, limits.maxAudioSeconds);
      if (code === 0 && samples.length > 0) return samples;
      throw new BerthError(
        "invalid_request",
        `file: ffmpeg finds no audio in it: ${lastWords(words) ?? killedBy ?? "it holds none"}`,
        { param: "file" },
      );
    },
  };
}

/** What ffmpeg is told. It stops a little after the longest audio there may be, so that this can be told from it. */
export function ffmpegWords(maxAudioSeconds: number): readonly string[] {
  const quiet = ["-nostdin", "-hide_banner", "-v", "error"];
  const confined = ["-protocol_whitelist", "file,pipe", "-format_whitelist", formats];
  const read = ["-i", input, "-map", "0:a:0", "-t", String(maxAudioSeconds + 1)];
  const written = ["-ac", "1", "-ar", String(sampleRate), "-f", "s16le", "pipe:1"];
  return [...quiet, ...confined, ...read, ...written];
}

function samplesOf(parts: readonly Buffer[]): Int16Array {
  const bytes = Buffer.concat(parts);
  const count = Math.floor(bytes.length / bytesPerSample);
  // a view needs an even offset, which a pooled buffer may not have
  return new Int16Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + count * bytesPerSample));
}

/** The last thing it said, without the address it prints before it. */
function lastWords(text: string): string | undefined {
  const lines = text.split("\n").map((line) => line.replace(/^\[[^\]]*\] /, "").trim());
  return lines
    .filter((line) => line !== "")
    .at(-1)
    ?.replaceAll(input, "the file");
}
