import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { whisperFolder } from "@berth/demo-model";
import { writeRandomWhisper } from "@berth/demo-model/whisper-ggml";
import { startBerth, top, type Berth } from "../berth-process.ts";
import { launch } from "../demo-models.ts";
import { speakClips, type Clips } from "./clips.ts";

/** Both engines, hearing through models of random weights: what they write is noise; how, when and where is not. */
export const engines = ["transformers-js", "whisper-cpp"] as const;
export type EarsEngine = (typeof engines)[number];

export const cli = join(top, "apps/cli/dist/berth.mjs");

export interface Ears {
  readonly berth: Berth;
  readonly clips: Clips;
  /** The directory that both services may read. */
  readonly folder: string;
  readonly modelPaths: Readonly<Record<EarsEngine, string>>;
}

/** A server with a service of each engine, named for it. With `path`, all of it runs with no other programs than those. */
export async function startEars(path?: string): Promise<Ears> {
  const folder = await mkdtemp(join(tmpdir(), "berth-clips-"));
  const clips = speakClips(folder);
  const ggml = join(folder, "ggml-random.bin");
  writeRandomWhisper(ggml, { vocabulary: 51_865 });
  const modelPaths = { "transformers-js": whisperFolder, "whisper-cpp": ggml };
  const berth = await startBerth({
    demo: false,
    ...(path === undefined ? {} : { environment: { PATH: path } }),
  });
  for (const engine of engines)
    await launch(berth, {
      name: engine,
      image: "speech-recognition",
      model: modelPaths[engine],
      mounts: [{ source: folder, target: "/data/audio" }],
      // random weights never look like speech: hearing again and again would take all day
      ...(engine === "whisper-cpp" ? { options: { extra: ["--no-fallback"] } } : {}),
    });
  return { berth, clips, folder, modelPaths };
}

/** A directory with programs in it that has no ffmpeg. */
export const pathWithoutFfmpeg = dirname(fileURLToPath(import.meta.url));
