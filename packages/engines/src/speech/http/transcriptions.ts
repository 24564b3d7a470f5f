import type { TranscriptEvent } from "@berth/api/openai";
import type { Recognizer, SpeechTask } from "../recognizer.ts";
import type { Progress } from "../transcribe.ts";
import { readForm } from "./read-form.ts";
import { readWish, type FormWish } from "./read-wish.ts";
import type { SpeechDesk, SpeechExchange } from "./speech-desk.ts";
import { shortReply, speechReply, verboseReply } from "./speech-reply.ts";
import { SpeechStream } from "./speech-stream.ts";

/** `POST /v1/audio/transcriptions` and `/v1/audio/translations`: a form with the audio in it. */
export async function transcriptions(
  desk: SpeechDesk,
  recognizer: Recognizer,
  task: SpeechTask,
  exchange: SpeechExchange,
): Promise<void> {
  const { request, response, signal } = exchange;
  const limits = { maxFileBytes: desk.config.maxFileBytes, directory: desk.directory };
  const form = await readForm(request, limits, signal);
  try {
    const wish = readWish(form.fields, task, recognizer.facts);
    if (wish.stream) return await streamed(desk, recognizer, form.file, wish, exchange);
    const transcript = await desk.hear(recognizer, form.file, wish, signal);
    const { contentType, body } = speechReply(transcript, wish);
    response.writeHead(200, { "content-type": contentType, "content-length": Buffer.byteLength(body) });
    response.end(body);
  } finally {
    await form.file.close();
  }
}

/** What is wrong with the audio is still told by the status: events begin when the first piece is heard. */
async function streamed(
  desk: SpeechDesk,
  recognizer: Recognizer,
  file: Parameters<SpeechDesk["hear"]>[1],
  wish: FormWish,
  { response, signal, log }: SpeechExchange,
): Promise<void> {
  let stream: SpeechStream | undefined;
  try {
    const transcript = await desk.hear(recognizer, file, wish, signal, (progress) => {
      stream ??= new SpeechStream(response);
      stream.send(deltaOf(progress));
    });
    stream ??= new SpeechStream(response);
    const reply = wish.format === "verbose_json" ? verboseReply(transcript, wish) : shortReply(transcript);
    stream.end({ type: "transcript.text.done", ...reply });
  } catch (error) {
    if (stream === undefined) throw error;
    stream.fail(error, log);
  }
}

function deltaOf({ seconds, duration, segments }: Progress): TranscriptEvent {
  return {
    type: "transcript.text.delta",
    delta: segments.map(({ text }) => text).join(""),
    progress: { seconds, duration },
  };
}
