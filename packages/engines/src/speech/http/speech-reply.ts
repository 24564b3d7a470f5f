import { deflateSync } from "node:zlib";
import type { TranscriptFormat, TranscriptionReply, TranscriptSegmentReply } from "@berth/api/openai";
import { toSrt, toVtt } from "@berth/api/transcript";
import { languageName } from "../languages.ts";
import { rawText, type Segment, type Transcript } from "../transcript.ts";

export interface ReplyWish {
  readonly format: TranscriptFormat;
  readonly segments: boolean;
  readonly words: boolean;
  readonly temperature: number;
}

export interface SpeechReply {
  readonly contentType: string;
  readonly body: string;
}

const json = "application/json; charset=utf-8";
const plain = "text/plain; charset=utf-8";

/** The transcript in the form that was asked for, as OpenAI's routes answer. */
export function speechReply(transcript: Transcript, wish: ReplyWish): SpeechReply {
  switch (wish.format) {
    case "json":
      return { contentType: json, body: JSON.stringify(shortReply(transcript)) };
    case "verbose_json":
      return { contentType: json, body: JSON.stringify(verboseReply(transcript, wish)) };
    case "text":
      return { contentType: plain, body: `${textOf(transcript)}\n` };
    case "srt":
      return { contentType: plain, body: toSrt(transcript.segments) };
    case "vtt":
      return { contentType: plain, body: toVtt(transcript.segments) };
  }
}

export function shortReply(transcript: Transcript): TranscriptionReply {
  return { text: textOf(transcript), usage: usageOf(transcript) };
}

export function verboseReply(transcript: Transcript, wish: ReplyWish): TranscriptionReply {
  // of a translation, what is written is English
  const language = transcript.task === "translate" ? "en" : transcript.language;
  return {
    task: transcript.task,
    ...(language === undefined ? {} : { language: languageName(language) }),
    duration: Math.round(transcript.seconds * 100) / 100,
    text: textOf(transcript),
    ...(wish.segments
      ? { segments: transcript.segments.map((segment, id) => segmentReply(segment, id, wish.temperature)) }
      : {}),
    ...(wish.words
      ? { words: transcript.segments.flatMap(({ words }) => words.map((word) => ({ ...word }))) }
      : {}),
    usage: usageOf(transcript),
  };
}

function segmentReply(segment: Segment, id: number, temperature: number): TranscriptSegmentReply {
  return {
    id,
    seek: Math.round(segment.pieceStart * 100),
    start: segment.start,
    end: segment.end,
    text: segment.text,
    tokens: [...segment.tokens],
    temperature,
    avg_logprob: null,
    compression_ratio: compressionRatio(segment.text),
    no_speech_prob: null,
  };
}

/** How many times smaller it gets: text that says the same over and over gets much smaller. */
function compressionRatio(text: string): number {
  const bytes = Buffer.from(text);
  return bytes.length === 0 ? 1 : bytes.length / deflateSync(bytes).length;
}

function textOf(transcript: Transcript): string {
  return rawText(transcript).trim();
}

function usageOf({ seconds }: Transcript): { type: "duration"; seconds: number } {
  return { type: "duration", seconds: Math.ceil(seconds) };
}
