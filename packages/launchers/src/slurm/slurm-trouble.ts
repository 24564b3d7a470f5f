/**
 * Words of Slurm's commands when the scheduler could not be asked, or did not answer in time: it may have heard us. Anything
 * else is a refusal. An extended regular expression, for `grep -Ei` too.
 */
export const silencePattern = [
  "Unable to contact slurm controller",
  "Socket timed out",
  "Communication connection failure",
  "Zero Bytes were transmitted",
  "Munge",
  "Protocol authentication error",
  "Connection (refused|reset)",
  "Unexpected message received",
  "standby mode",
  "temporarily unable",
  "Resource temporarily unavailable",
  "Transport endpoint",
  "Invalid authentication credential",
  "authentication plugin",
  "connect failure",
].join("|");

const silence = new RegExp(silencePattern, "i");

export function isSilence(words: string): boolean {
  return silence.test(words);
}
