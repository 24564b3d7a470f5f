export const logLevels = ["debug", "info", "warn", "error"] as const;
export type LogLevel = (typeof logLevels)[number];

export interface LogFields {
  readonly requestId?: string;
  /** Adds the file and line that logged it. */
  readonly caller?: boolean;
}

/** Writes one JSON line each: `{"message", "requestId", "level"}`. */
export interface Logger {
  debug(message: string, fields?: LogFields): void;
  info(message: string, fields?: LogFields): void;
  warn(message: string, fields?: LogFields): void;
  error(message: string, fields?: LogFields): void;
  /** Lines below it are left out, of this logger and of all that were made of it. */
  setLevel(level: LogLevel): void;
}

const maxMessageCharacters = 4096;

/** Throws for a level that there is not. */
export function createLogger(write: (line: string) => void, level: LogLevel = "info"): Logger {
  return loggerOf({ level, write }, undefined);
}

/** The same logger, whose lines bear the id. */
export function loggerFor(logger: Logger, requestId: string): Logger {
  const log =
    (level: LogLevel) =>
    (message: string, fields: LogFields = {}): void =>
      logger[level](message, { requestId, ...fields });
  return {
    debug: log("debug"),
    info: log("info"),
    warn: log("warn"),
    error: log("error"),
    setLevel: (level) => logger.setLevel(level),
  };
}

function loggerOf(
  state: { level: LogLevel; readonly write: (line: string) => void },
  bound: string | undefined,
): Logger {
  const log =
    (level: LogLevel) =>
    (message: string, { requestId = bound, caller = false }: LogFields = {}): void => {
      if (logLevels.indexOf(level) < logLevels.indexOf(state.level)) return;
      const place = caller ? callerOf(new Error("to read its stack").stack) : undefined;
      state.write(
        `${JSON.stringify({
          message: shorten(String(message)),
          ...(requestId === undefined ? {} : { requestId }),
          level,
          ...(place === undefined ? {} : { caller: place }),
        })}\n`,
      );
    };
  return {
    debug: log("debug"),
    info: log("info"),
    warn: log("warn"),
    error: log("error"),
    setLevel: (level) => {
      if (!logLevels.includes(level))
        throw new TypeError(`there is no log level ${String(level)}; choose from ${logLevels.join(", ")}`);
      state.level = level;
    },
  };
}

/** Long messages lose their middle: beginning and end say most. */
export function shorten(message: string): string {
  if (message.length <= maxMessageCharacters) return message;
  const words = ` ... [${message.length} characters] ... `;
  const kept = maxMessageCharacters - words.length;
  const head = Math.ceil(kept / 2);
  return `${message.slice(0, head)}${words}${message.slice(message.length - (kept - head))}`;
}

/** `handler.ts:12`: the first line of the stack that is not of this file. */
function callerOf(stack: string | undefined): string | undefined {
  const here = import.meta.url;
  const line = stack
    ?.split("\n")
    .slice(1)
    .find((each) => !each.includes(here) && !each.includes(here.replace(/^file:\/\//, "")));
  const [, file, row] = /([^\s(/\\]+):(\d+):\d+\)?$/.exec(line ?? "") ?? [];
  return file === undefined ? undefined : `${file}:${row}`;
}

/** What handlers log with where no request is at hand. */
export const logger: Logger = createLogger((line) => void process.stdout.write(line));
