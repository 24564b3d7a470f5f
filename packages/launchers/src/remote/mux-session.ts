import { once } from "node:events";
import { Transform, type Readable, type Writable } from "node:stream";
import { masterHost, muxWords } from "./ssh-words.ts";
import { noSsh, spawnSsh, type SshProgram } from "./ssh-process.ts";
import { KeptWords } from "./script-input.ts";
import { MarkCut, readScriptErrors, wrapScript } from "./wrap-script.ts";

/** How a session on the master ended. */
export type SessionEnd =
  | { readonly kind: "ended"; readonly exitCode: number; readonly stderr: string }
  /** There is no master: nothing was run. */
  | { readonly kind: "no_master" }
  /** The host takes no more sessions at the moment: nothing was run. */
  | { readonly kind: "refused"; readonly words: string }
  /** Whether the script ran, and went on, is unknown. */
  | { readonly kind: "lost"; readonly words: string };

export interface MuxSession {
  readonly stdin: Writable;
  /** The script's own output. */
  readonly stdout: Readable;
  /** Resolves when the script has begun, with the number of its process group there; with the end when it never did. */
  readonly begun: Promise<{ readonly kind: "begun"; readonly pid: number } | SessionEnd>;
  /** Resolves when ssh is gone; of `stdout` some may still be unread. Rejects only when ssh cannot be started. */
  readonly ended: Promise<SessionEnd>;
  /** Closes the channel. */
  close(): void;
}

/** What is kept of a script's words on standard error: the last of them. */
const keptStderrLength = 1024 * 1024;

/** Runs the script in a session of the master at the control path. */
export function startSession(program: SshProgram, controlPath: string, script: string): MuxSession {
  const { commandLine, mark } = wrapScript(script);
  const words = muxWords(controlPath, ["-T", "--", masterHost, commandLine]);
  const child = spawnSsh(program, words, ["pipe", "pipe", "pipe"]);
  const { stdin, stdout, stderr } = child;
  if (stdin === null || stdout === null || stderr === null) throw new Error("ssh was started without pipes");

  const cut = new MarkCut(mark);
  const own = new Transform({
    transform: (chunk: Buffer, _encoding, done) => done(null, cut.pass(chunk)),
  });
  stdout.pipe(own);
  // a reader that has gone away wants no more of it
  own.on("close", () => stdout.destroy());
  // a script that does not read all of its input is no failure
  stdin.on("error", () => undefined);

  const said = new KeptWords(keptStderrLength);
  const { promise: begun, resolve: begin } = Promise.withResolvers<
    { readonly kind: "begun"; readonly pid: number } | SessionEnd
  >();
  let hasBegun = false;
  stderr.setEncoding("utf8").on("data", (text: string) => {
    said.add(text);
    if (hasBegun) return;
    const { pid } = readScriptErrors(said.text, mark);
    if (pid === undefined) return;
    hasBegun = true;
    begin({ kind: "begun", pid });
  });

  const ended = (async (): Promise<SessionEnd> => {
    const failed = new Promise<never>((_, reject) =>
      child.once("error", (error) => reject(noSsh(program, error))),
    );
    await Promise.race([Promise.all([once(child, "exit"), once(stderr, "close")]), failed]);
    return sessionEnd(said.text, mark);
  })();
  ended.then(begin, () => undefined);
  return {
    stdin,
    stdout: own,
    begun: Promise.race([begun, ended.then(() => begun)]),
    ended,
    close: () => void child.kill("SIGTERM"),
  };
}

/** Pure. `said` is all of standard error. */
export function sessionEnd(said: string, mark: string): SessionEnd {
  const { pid, exitCode, stderr, others } = readScriptErrors(said, mark);
  if (exitCode !== undefined) return { kind: "ended", exitCode, stderr };
  if (pid !== undefined) return { kind: "lost", words: stderr };
  if (/Session open refused by peer/.test(others)) return { kind: "refused", words: others };
  // ssh went past the control socket without asking anything of the master
  if (/UNKNOWN port 65535/.test(others) && !/^mux_client/m.test(others)) return { kind: "no_master" };
  return { kind: "lost", words: others };
}
