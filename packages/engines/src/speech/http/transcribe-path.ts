import { transcribeRequestSchema, parseRequest, type TranscribeReply } from "@berth/api/openai";
import { sendJson } from "../../serving/exchange.ts";
import { readJson } from "../../serving/request-body.ts";
import { openConfined } from "../files/confined-file.ts";
import type { Recognizer } from "../recognizer.ts";
import { rawText } from "../transcript.ts";
import { allowedLanguage, allowedTask } from "./read-wish.ts";
import type { SpeechDesk, SpeechExchange } from "./speech-desk.ts";

const maxBodyBytes = 64 * 1024;

/** `POST /transcribe`: hears a file that lies below a mounted directory. */
export async function transcribePath(
  desk: SpeechDesk,
  recognizer: Recognizer,
  { request, response, signal }: SpeechExchange,
): Promise<void> {
  const asked = parseRequest(transcribeRequestSchema, await readJson(request, maxBodyBytes));
  const wish = {
    task: allowedTask(asked.task ?? "transcribe", recognizer.facts),
    language: allowedLanguage(asked.language ?? undefined, recognizer.facts),
    prompt: undefined,
    temperature: 0,
    words: false,
  };
  const file = await openConfined(asked.audio_path, desk.config.mounts);
  try {
    const transcript = await desk.hear(recognizer, file, wish, signal);
    const reply: TranscribeReply = {
      audio_path: asked.audio_path,
      text: rawText(transcript),
      segments:
        asked.response_format === "json"
          ? transcript.segments.map(({ start, end, text }, id) => ({ id, start, end, text }))
          : null,
      task: transcript.task,
    };
    sendJson(response, 200, reply);
  } finally {
    await file.close();
  }
}
