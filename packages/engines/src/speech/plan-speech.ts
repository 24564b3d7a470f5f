import type { Mount } from "@berth/api";
import type { SpeechConfig } from "./config.ts";

/** Where a mounted directory is seen when nobody says: what the seed's containers call it. */
const defaultTarget = "/data/audio";
const maxAudioSeconds = 4 * 3600;
const maxFileBytes = 2 ** 30;

/** The part of a speech engine's plan that is the same for all of them. */
export function planSpeech(
  servedName: string,
  threads: number,
  mounts: readonly Mount[],
): { readonly config: SpeechConfig; readonly warnings: readonly string[] } {
  return {
    config: {
      servedName,
      threads,
      mounts: mounts.map(({ source, target = defaultTarget }) => ({ source, target })),
      maxAudioSeconds,
      maxFileBytes,
    },
    warnings:
      mounts.length > 0
        ? []
        : ["no directory is mounted: /transcribe hears nothing, uploads to /v1/audio are heard"],
  };
}
