import type { TranscriptEvent } from "@berth/api/openai";
import { BerthApiError, errorFromBody } from "./error.ts";
import { readEvents, type OnComment } from "./sse.ts";
import { parseJson, type Reply } from "./transport.ts";

/** The events to the last, which has all that was heard. Throws the error the stream tells, or `connection_lost` when it ends before. */
export async function* transcriptEvents(
  reply: Reply,
  onComment?: OnComment,
): AsyncGenerator<TranscriptEvent, void, undefined> {
  const { status, requestId } = reply;
  for await (const { data } of readEvents(reply.text(), onComment)) {
    const event = parseJson(data, reply);
    const error = errorFromBody(event, { status, requestId });
    if (error !== undefined) throw error;
    yield event as TranscriptEvent;
    if ((event as TranscriptEvent).type === "transcript.text.done") return;
  }
  throw new BerthApiError("connection_lost", "the answer broke off before its end", { status, requestId });
}
