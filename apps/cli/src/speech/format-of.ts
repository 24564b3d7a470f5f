import { extname } from "node:path";

/** The forms in which a transcript is written. */
export const transcriptFormats = ["text", "srt", "vtt", "json", "verbose_json"] as const;
export type TranscriptForm = (typeof transcriptFormats)[number];

export interface TranscribeOptions {
  readonly model?: string;
  readonly format?: TranscriptForm;
  readonly language?: string;
  readonly prompt?: string;
  readonly translate?: boolean;
  readonly output?: string;
}

const ofEndings: Readonly<Record<string, TranscriptForm>> = {
  ".srt": "srt",
  ".vtt": "vtt",
  ".json": "verbose_json",
};

/** What was asked for, else what the output's name promises. */
export function formatOf({ format, output }: TranscribeOptions, asJson: boolean): TranscriptForm {
  if (format !== undefined) return format;
  if (asJson && output === undefined) return "verbose_json";
  return ofEndings[extname(output ?? "").toLowerCase()] ?? "text";
}
