import { pino, type Logger } from "pino";

export type { Logger } from "pino";

/** Structured lines on standard error. Whatever could be a secret is cut out, at any depth two levels down. */
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
    "code",
    "password",
  ];
  const paths = secrets.flatMap((name) => [`["${name}"]`, `*["${name}"]`, `*.*["${name}"]`]);
  return pino(
    { level, base: null, redact: { paths, censor: "***" }, timestamp: pino.stdTimeFunctions.isoTime },
    pino.destination({ dest: 2, sync: true }),
  );
}
