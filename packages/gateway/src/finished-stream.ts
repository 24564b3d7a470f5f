/** The last event of a message or of a response, and one that tells of an error. */
const lastEvents = /^event: ?(?:error|message_stop|response\.(?:completed|incomplete|failed))/m;

/**
 * Whether a stream of server-sent events ended as it should: with OpenAI's `[DONE]`, the last event of a message or of a
 * response, or by telling of an error. `tail`: the end of it, from the beginning of a line on. `lastName`: the first line of
 * its last event with a name, which may be longer than the tail: a response says at its end all that it said.
 */
export function isFinishedStream(tail: string, lastName = ""): boolean {
  const last = tail.split(/\r\n\r\n|\n\n|\r\r/).findLast((part) => /^(?:data|event):/m.test(part)) ?? "";
  if (/^data: ?(?:\[DONE\]|\{\s*"error")/m.test(last)) return true;
  return lastEvents.test(lastName === "" ? last : lastName) && endsAfterEvent(tail);
}

/** Whether the last event is there to its end, whatever comments follow. */
function endsAfterEvent(tail: string): boolean {
  const lines = tail.split(/\r\n|\n|\r/);
  // what follows the last line's end
  if (lines.pop() !== "") return false;
  let last = lines.pop();
  let isBlank = false;
  for (; last === "" || last?.startsWith(":") === true; last = lines.pop()) isBlank ||= last === "";
  return isBlank || last?.startsWith("event:") !== true;
}
