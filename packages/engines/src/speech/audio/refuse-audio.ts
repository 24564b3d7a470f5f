import { BerthError } from "@berth/api";
import { sampleRate } from "../recognizer.ts";

/** Throws `payload_too_large` for more samples than the seconds hold. */
export function refuseTooLong(samples: number, maxAudioSeconds: number): void {
  if (samples <= maxAudioSeconds * sampleRate) return;
  throw new BerthError(
    "payload_too_large",
    `file: the audio is longer than ${maxAudioSeconds / 3600} hours; cut it into parts`,
    { param: "file", details: { maxAudioSeconds } },
  );
}
