import { z } from "@berth/api";

/** What every speech engine is told, beside what its own kind of model needs. */
export const speechConfigSchema = z.strictObject({
  /** Answers carry it as `model`. */
  servedName: z.string().min(1),
  threads: z.number().int().min(1),
  /** Directories whose files `/transcribe` may hear, each by its own path and by `target`. */
  mounts: z.array(z.strictObject({ source: z.string(), target: z.string() })),
  /** Longer audio is refused. */
  maxAudioSeconds: z.number().positive(),
  /** Of an uploaded file, or one of a mounted directory. */
  maxFileBytes: z.number().int().positive(),
});
export type SpeechConfig = z.infer<typeof speechConfigSchema>;
export type SpeechMount = SpeechConfig["mounts"][number];
