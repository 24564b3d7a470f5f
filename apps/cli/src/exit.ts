/** What the shell is told. `berth --help` lists these. */
export const exitCodes = {
  ok: 0,
  failed: 1,
  usage: 2,
  unreachable: 3,
  refused: 4,
  notFound: 5,
  timedOut: 124,
  interrupted: 130,
} as const;
export type ExitReason = keyof typeof exitCodes;

/** A failure that is told in one line, with its fix, and ends the command with its own exit code. */
export class CliError extends Error {
  readonly reason: ExitReason;

  constructor(reason: ExitReason, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "CliError";
    this.reason = reason;
  }
}
