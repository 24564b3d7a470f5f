import { z } from "../schema.ts";

/** Forms in which OpenAI's audio routes answer. */
export const transcriptFormatSchema = z.enum(["json", "text", "srt", "verbose_json", "vtt"]);
export type TranscriptFormat = z.infer<typeof transcriptFormatSchema>;

/** The fields of the multipart form; `file` holds the audio. */
export const transcriptionFormSchema = z.looseObject({
  file: z.file().describe("wav, mp3, ogg, opus, flac, m4a, aac or webm"),
  model: z.string(),
  language: z.string().optional(),
  prompt: z.string().optional(),
  response_format: transcriptFormatSchema.optional(),
  temperature: z.number().min(0).max(1).optional(),
  "timestamp_granularities[]": z.array(z.enum(["segment", "word"])).optional(),
  stream: z.boolean().optional(),
});

export const translationFormSchema = transcriptionFormSchema.omit({
  language: true,
  "timestamp_granularities[]": true,
  stream: true,
});

/** The form as a program gives it: bytes with a name, which tells nothing to us but much to people who read logs. */
export interface TranscriptionForm {
  readonly file: { readonly name: string; readonly bytes: Uint8Array | Blob };
  readonly model: string;
  readonly language?: string;
  readonly prompt?: string;
  readonly response_format?: TranscriptFormat;
  readonly temperature?: number;
  readonly timestamp_granularities?: readonly ("segment" | "word")[];
  readonly stream?: boolean;
}
export type TranslationForm = Omit<TranscriptionForm, "language" | "timestamp_granularities" | "stream">;

export const transcriptUsageSchema = z.looseObject({
  type: z.literal("duration"),
  seconds: z.number().int(),
});

export const transcriptSegmentSchema = z.looseObject({
  id: z.number().int(),
  /** Where the piece begins that it was heard in, in hundredths of a second. */
  seek: z.number().int(),
  start: z.number(),
  end: z.number(),
  text: z.string(),
  /** Empty where the engine does not tell. */
  tokens: z.array(z.number().int()),
  temperature: z.number(),
  /** Null where the engine does not tell. */
  avg_logprob: z.number().nullable(),
  compression_ratio: z.number(),
  /** Null where the engine does not tell. */
  no_speech_prob: z.number().nullable(),
});
export type TranscriptSegmentReply = z.infer<typeof transcriptSegmentSchema>;

export const transcriptWordSchema = z.looseObject({ word: z.string(), start: z.number(), end: z.number() });

/** `response_format` json; `verbose_json` has the rest. */
export const transcriptionReplySchema = z.looseObject({
  text: z.string(),
  task: z.enum(["transcribe", "translate"]).optional(),
  /** By its English name: `english`. */
  language: z.string().optional(),
  duration: z.number().optional(),
  segments: z.array(transcriptSegmentSchema).optional(),
  words: z.array(transcriptWordSchema).optional(),
  usage: transcriptUsageSchema.optional(),
});
export type TranscriptionReply = z.infer<typeof transcriptionReplySchema>;

/** `POST /transcribe`: audio that lies where the engine runs, below a directory the service was given. */
export const transcribeRequestSchema = z.looseObject({
  /** Needed on the server's main port; on the service's own it is known. */
  model: z.string().nullish(),
  audio_path: z.string().min(1).max(4096),
  response_format: z.enum(["text", "json"]).nullish(),
  language: z.string().nullish(),
  task: z.enum(["transcribe", "translate"]).nullish(),
});

export const transcribeReplySchema = z.looseObject({
  audio_path: z.string(),
  text: z.string(),
  /** Null unless `response_format` is json. */
  segments: z
    .array(z.looseObject({ id: z.number().int(), start: z.number(), end: z.number(), text: z.string() }))
    .nullable(),
  task: z.enum(["transcribe", "translate"]),
});
export type TranscribeRequest = z.infer<typeof transcribeRequestSchema>;
export type TranscribeReply = z.infer<typeof transcribeReplySchema>;

/** Server-sent events of a transcription with `stream=true`. */
export const transcriptEventSchema = z.discriminatedUnion("type", [
  z.looseObject({
    type: z.literal("transcript.text.delta"),
    delta: z.string(),
    /** Ours: how far the audio is heard, in seconds. */
    progress: z.looseObject({ seconds: z.number(), duration: z.number() }).optional(),
  }),
  /** With `verbose_json` it also holds what that form holds. */
  transcriptionReplySchema.extend({ type: z.literal("transcript.text.done") }),
]);
export type TranscriptEvent = z.infer<typeof transcriptEventSchema>;
