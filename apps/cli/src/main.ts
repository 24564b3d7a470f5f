/** The `berth` command: a person at a terminal, as one more client of the server. It holds no rule of the server's. */
import { runBerth } from "./run.ts";

for (const stream of [process.stdout, process.stderr]) {
  stream.on("error", (error: NodeJS.ErrnoException) => {
    // The reader has seen enough (`berth ls | head -1`).
    if (error.code === "EPIPE") process.exit();
    throw error;
  });
}

const exitCode = await runBerth({
  // Opening standard input takes time that most commands have no use for.
  get stdin() {
    return process.stdin;
  },
  stdout: process.stdout,
  stderr: process.stderr,
  env: process.env,
  argv: process.argv.slice(2),
  now: Date.now,
});
// A command that became the server's program has an exit code already.
process.exitCode ??= exitCode;
