import type { TranscriptionReply } from "@berth/api/openai";
import { toSrt, toVtt } from "@berth/api/transcript";

export interface TranscriptFile {
  readonly ending: "srt" | "vtt" | "txt" | "json";
  readonly type: string;
  readonly content: string;
}

/** What a transcript can be saved as. Without times, only what needs none. */
export function transcriptFiles(reply: TranscriptionReply): readonly TranscriptFile[] {
  const { segments } = reply;
  const timed: readonly TranscriptFile[] =
    segments === undefined
      ? []
      : [
          { ending: "srt", type: "application/x-subrip", content: toSrt(segments) },
          { ending: "vtt", type: "text/vtt", content: toVtt(segments) },
        ];
  return [
    ...timed,
    { ending: "txt", type: "text/plain", content: `${plainText(reply)}\n` },
    { ending: "json", type: "application/json", content: `${JSON.stringify(shown(reply), null, 2)}\n` },
  ];
}

/** All that was said, a line for each piece where the pieces are known. */
export function plainText({ text, segments }: TranscriptionReply): string {
  return segments === undefined || segments.length === 0
    ? text.trim()
    : segments.map((segment) => segment.text.trim()).join("\n");
}

/** `talk.mp3` as `talk`. */
export function baseName(fileName: string): string {
  return fileName.replace(/\.[^.]+$/, "") || "transcript";
}

/** Without the word that only the stream needs. */
function shown({ type: _type, ...reply }: TranscriptionReply & { type?: unknown }): object {
  return reply;
}
