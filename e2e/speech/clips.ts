import { execFileSync, spawnSync } from "node:child_process";
import { join } from "node:path";

/** Whether this machine can speak, and write down what it spoke in any form: the tests' clips are made on the spot. */
export const canSpeak = ["espeak-ng", "ffmpeg"].every(
  (program) => spawnSync(program, [program === "ffmpeg" ? "-version" : "--version"]).status === 0,
);

const sentence = "Berth keeps your models in one harbour. ";

/** What people record with: an ending, and how ffmpeg makes it. */
export const kinds = {
  wav: [],
  mp3: [],
  ogg: ["-c:a", "libvorbis"],
  opus: [],
  flac: [],
  m4a: [],
  aac: [],
  webm: [],
} as const satisfies Readonly<Record<string, readonly string[]>>;
export type Kind = keyof typeof kinds;

export interface Clips {
  /** A few seconds of speech, in each kind. */
  readonly short: Readonly<Record<Kind, string>>;
  /** More than a minute of it. */
  readonly long: string;
}

/** Spoken by espeak-ng, at its own 22,050 samples a second. */
export function speakClips(folder: string): Clips {
  const wav = join(folder, "short.wav");
  speak(wav, sentence.repeat(2));
  const short = Object.fromEntries(
    Object.entries(kinds).map(([kind, words]) => {
      const path = join(folder, `short.${kind}`);
      if (kind !== "wav") execFileSync("ffmpeg", ["-v", "error", "-y", "-i", wav, ...words, path]);
      return [kind, path];
    }),
  ) as Record<Kind, string>;
  const long = join(folder, "long.wav");
  speak(long, sentence.repeat(32));
  return { short, long };
}

function speak(path: string, text: string): void {
  execFileSync("espeak-ng", ["-w", path, text]);
}
