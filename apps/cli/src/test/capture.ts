import { runBerth } from "../run.ts";

/** Runs a command line in this process: for what needs neither a terminal nor signals, and many times over. */
export async function capture(
  words: readonly string[],
): Promise<{ readonly code: number; readonly stdout: string; readonly stderr: string }> {
  let stdout = "";
  let stderr = "";
  const stream = (onText: (text: string) => void): NodeJS.WriteStream =>
    ({ isTTY: false, write: (text: string) => onText(text) }) as unknown as NodeJS.WriteStream;
  const code = await runBerth({
    stdin: process.stdin,
    stdout: stream((text) => (stdout += text)),
    stderr: stream((text) => (stderr += text)),
    env: { BERTH_HOME_DIR: "/nonexistent/berth", BERTH_URL: "http://127.0.0.1:1" },
    argv: words,
    now: Date.now,
  });
  return { code, stdout, stderr };
}
