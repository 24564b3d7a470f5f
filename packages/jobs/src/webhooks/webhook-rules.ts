const secondMs = 1_000;
const hourMs = 3_600 * secondMs;

/** How webhooks are told, and how often. */
export const webhookRules = {
  /** Of one try, from the look-up of the name to the end of the answer. */
  tryMs: 15 * secondMs,
  /** Tries at once, and of these to one host, for one key's jobs, and for these to one host: half of what that has. */
  atOnce: 32,
  atOncePerHost: 4,
  atOncePerKey: 8,
  atOncePerKeyAtHost: 2,
  /** A try that nobody has recorded by then has died with its server. */
  leaseMs: 30 * secondMs,
  /** Between tries: doubled each time up to the longest, less at most `jitter` of it by chance. */
  firstPauseMs: 5 * secondMs,
  longestPauseMs: hourMs,
  jitter: 0.2,
  /** None is tried again later than that after the job has ended. */
  giveUpMs: 24 * hourMs,
  /** A larger result is not sent along. */
  resultBytes: 2 ** 20,
  /** Kept of what is answered. */
  answerBytes: 1024,
} as const;
