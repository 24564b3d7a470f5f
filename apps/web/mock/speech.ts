import type { TranscriptEvent, TranscriptionReply } from "@berth/api/openai";
import type { World } from "./world.ts";

const spoken = [
  [0, 3.2, " Orcas hunt in families and teach their young."],
  [3.2, 7.9, " Each pod has its own dialect, and its own way of catching fish."],
  [7.9, 11.4, " They pass both on: it is culture, as far as we can tell."],
  [11.4, 12.8, " Thank you."],
] as const;

const durationSeconds = 12.8;

/** Hears the same short talk in whatever it is given, a piece at a time. */
export async function* hear(world: World, signal: AbortSignal): AsyncGenerator<string> {
  for (const [, end, delta] of spoken) {
    await new Promise((resolve) => setTimeout(resolve, 4000 / world.tokensPerSecond));
    if (signal.aborted) return;
    yield event({
      type: "transcript.text.delta",
      delta,
      progress: { seconds: end, duration: durationSeconds },
    });
    while (world.deaf && !signal.aborted) await new Promise((resolve) => setTimeout(resolve, 20));
  }
  yield event({ type: "transcript.text.done", ...transcript() });
}

function transcript(): TranscriptionReply {
  return {
    text: spoken.map(([, , text]) => text).join(""),
    task: "transcribe",
    language: "english",
    duration: durationSeconds,
    segments: spoken.map(([start, end, text], id) => ({
      id,
      seek: 0,
      start,
      end,
      text,
      tokens: [],
      temperature: 0,
      avg_logprob: null,
      compression_ratio: 1,
      no_speech_prob: null,
    })),
  };
}

function event(data: TranscriptEvent): string {
  return `data: ${JSON.stringify(data)}\n\n`;
}
