/** What was said in a piece of audio and when, and the texts that players read. Times are seconds from its start. */
export interface TranscriptSegment {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** SubRip: numbered cues, a comma before the milliseconds. */
export function toSrt(segments: readonly TranscriptSegment[]): string {
  const cues = segments.map(
    ({ start, end, text }, index) =>
      `${index + 1}\n${cueTime(start, ",")} --> ${cueTime(end, ",")}\n${cueText(text)}\n\n`,
  );
  return cues.join("");
}

/** WebVTT: a head, cues without numbers, a point before the milliseconds. */
export function toVtt(segments: readonly TranscriptSegment[]): string {
  const cues = segments.map(
    ({ start, end, text }) =>
      `${cueTime(start, ".")} --> ${cueTime(end, ".")}\n${escapeVtt(cueText(text))}\n\n`,
  );
  return `WEBVTT\n\n${cues.join("")}`;
}

/** `HH:MM:SS,mmm`; hours grow beyond two digits. */
export function cueTime(seconds: number, beforeMs: "," | "."): string {
  const ms = Math.max(0, Math.round(seconds * 1000));
  const two = (value: number): string => String(value).padStart(2, "0");
  const whole = Math.floor(ms / 1000);
  const clock = `${two(Math.floor(whole / 3600))}:${two(Math.floor(whole / 60) % 60)}:${two(whole % 60)}`;
  return `${clock}${beforeMs}${String(ms % 1000).padStart(3, "0")}`;
}

/** One line: an empty one would end the cue, and an arrow would begin another. */
function cueText(text: string): string {
  return text.replaceAll(/\s+/g, " ").trim().replaceAll("-->", "->");
}

function escapeVtt(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}
