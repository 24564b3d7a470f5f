import { durationInWords, wallTimeSeconds } from "@berth/api/wall-time";

/** `1-00:00:00` as "1 day"; what is no wall time stays as it is. */
export function wallTimeInWords(text: string): string {
  const seconds = wallTimeSeconds(text);
  return seconds === undefined ? text : durationInWords(seconds);
}
