import { completeJobSchema, jobErrorSchema, jobProgressSchema } from "@berth/api";
import { type JobLine, readJobLine } from "@berth/api/job-lines";
import { z } from "@berth/api/schema";
import { readLines } from "@berth/std/read-lines";
import type { EndpointAnswer } from "./dispatcher-call.ts";
import type { AnswerListener, CallEnd } from "./read-answer.ts";

/** What a handler's host told: an end, or an answer of the handler's own. */
export type JobLinesEnd = CallEnd | { readonly kind: "answer"; readonly answer: EndpointAnswer };

const answerSchema = z.object({
  status: z.number().int().min(100).max(599),
  // what is no header is not kept as one
  contentType: completeJobSchema.shape.contentType.unwrap().catch("application/octet-stream"),
  base64: z.base64(),
});

/** Reads a job's lines to their end. Values and results stay the texts that they are: numbers may be larger than ours. */
export async function readJobLines(
  body: AsyncIterable<Uint8Array>,
  listener: AnswerListener,
  maxChars: number,
): Promise<JobLinesEnd> {
  let end: JobLinesEnd | undefined;
  for await (const line of readLines(body, maxChars)) {
    const told = readJobLine(line);
    const said = told === undefined ? undefined : parse(told.text);
    // nothing comes after an end
    if (end !== undefined || told === undefined || said === undefined) return brokenLine(line);
    switch (told.kind) {
      case "progress": {
        const progress = jobProgressSchema.safeParse(said.value);
        if (!progress.success) return brokenLine(line);
        listener.progress(progress.data);
        break;
      }
      case "value":
        await listener.value(Buffer.from(told.text));
        break;
      case "result": {
        const bytes = Buffer.from(told.text);
        end = { kind: "whole", result: { status: 200, contentType: "application/json", bytes } };
        break;
      }
      case "answer": {
        const answer = answerSchema.safeParse(said.value);
        if (!answer.success) return brokenLine(line);
        end = { kind: "answer", answer: answerOf(answer.data) };
        break;
      }
      case "error": {
        const error = jobErrorSchema.safeParse(said.value);
        if (!error.success) return brokenLine(line);
        end = { kind: "failed", error: error.data };
      }
    }
  }
  return end ?? { kind: "streamed", status: 200 };
}

/** The answer is not what it says it is: another attempt may bring a whole one. */
export function brokenLine(line: string): CallEnd {
  const message = `a line of the answer is not what it should be: ${line.slice(0, 200)}`;
  return { kind: "lost", error: { code: "broken_answer", message, details: null }, pauseMs: undefined };
}

function answerOf({ status, contentType, base64 }: JobLine["answer"]): EndpointAnswer {
  const body = (async function* () {
    yield Buffer.from(base64, "base64");
  })();
  return { status, contentType, retryAfterMs: undefined, hasBegun: true, body };
}

function parse(text: string): { readonly value: unknown } | undefined {
  try {
    return { value: JSON.parse(text) as unknown };
  } catch {
    return undefined; // whoever asks says that the line is broken
  }
}
