import { z } from "@berth/api";
import { speechConfigSchema } from "../speech/config.ts";

/** What an engine process of whisper.cpp is told, as JSON in a 0600 file: the plan's result and the process's whole input. */
export const whisperCppConfigSchema = z.strictObject({
  /** The GGML file. */
  modelPath: z.string().min(1),
  /** Hears a piece again, warmer, when what it wrote does not look like speech. */
  fallback: z.boolean(),
  /** Alternatives that are followed at once; `null`: the likeliest word each time. */
  beamSize: z.number().int().min(1).max(16).nullable(),
  speech: speechConfigSchema,
});
export type WhisperCppConfig = z.infer<typeof whisperCppConfigSchema>;
