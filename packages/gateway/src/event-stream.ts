import type { ErrorBody } from "@berth/api";

/** What a stream begins with when it has to begin before the upstream has answered, besides its type. */
export const eventStreamHeaders: readonly string[] = [
  "cache-control",
  "no-cache",
  // nginx in front must not gather the events
  "x-accel-buffering",
  "no",
];

/** A line that clients read over. */
export function comment(text: string): string {
  return `: ${text.replace(/[\r\n]+/g, " ")}\n\n`;
}

/** Ends whatever event may be half sent, so that the error is one of its own. */
export function errorEvent(body: ErrorBody): string {
  return `\n\ndata: ${JSON.stringify(body)}\n\n`;
}

export function isEventStream(contentType: string | undefined): boolean {
  return contentType !== undefined && /^text\/event-stream(?:;|\s|$)/i.test(contentType);
}

const bracket = 0x5d;
const maxCommentBytes = 1024;

/** Whether OpenAI's last event ends with these bytes. */
export function endsWithDone(bytes: Buffer): boolean {
  const end = bytes.length;
  const isNear = bytes[end - 3] === bracket || bytes[end - 5] === bracket;
  return isNear && /^data: ?\[DONE\]\s*$/m.test(bytes.toString("latin1", Math.max(0, end - 64)));
}

/** Whether a piece of a stream is a comment and nothing else. */
export function isComment(bytes: Buffer): boolean {
  return bytes[0] === 0x3a && bytes.length <= maxCommentBytes && !/^[^:\r\n]/m.test(bytes.toString("latin1"));
}
