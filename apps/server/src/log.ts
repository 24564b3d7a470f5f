import { pino, type Logger } from "pino";

export type { Logger } from "pino";

/** Structured lines on standard error. What is named like a secret is cut out, down to the third level. */
export function createLog(level: string): Logger {
  const secrets = [
    "authorization",
    "cookie",
    "set-cookie",
    "x-api-key",
    "x-berth-csrf",
    "x-berth-runner-secret",
    "secret",
    "apiKey",
    "token",
    "key",
    "password",
  ];
  const paths = secrets.flatMap((name) => [`["${name}"]`, `*["${name}"]`, `*.*["${name}"]`]);
  return pino(
    { level, base: null, redact: { paths, censor: "***" }, timestamp: pino.stdTimeFunctions.isoTime },
    pino.destination({ dest: 2, sync: true }),
  );
}
