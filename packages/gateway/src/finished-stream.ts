/** The last event of a message or of a response, and one that tells of an error. */
const lastEvents = /^event: ?(?:error|message_stop|response\.(?:completed|incomplete|failed))/m;
const endsEvent = /(?:\r\n\r\n|\n\n|\r\r)$/;

/**
 * Whether a stream of server-sent events ended as it should: with OpenAI's `[DONE]`, the last event of a message or of a
 * response, or by telling of an error. `tail`: the end of it. `lastName`: the first line of its last event, which may be
 * longer than the tail: a response says at its end all that it said.
 */
export function isFinishedStream(tail: string, lastName = ""): boolean {
  const last = tail.split(/\r\n\r\n|\n\n|\r\r/).findLast((part) => /^(?:data|event):/m.test(part));
  if (/^data: ?(?:\[DONE\]|\{\s*"error")/m.test(last ?? "")) return true;
  return lastEvents.test(last ?? lastName) && endsEvent.test(tail);
}
