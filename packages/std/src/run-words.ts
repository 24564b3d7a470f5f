import { execFile } from "node:child_process";

/** How a command ended. */
export type WordsEnd =
  | { readonly kind: "ended"; readonly exitCode: number; readonly stdout: string; readonly stderr: string }
  /** There is no such program, or this user may not run it. */
  | { readonly kind: "missing"; readonly reason: string }
  /** It was killed when its time was up. */
  | { readonly kind: "late" };

const maxOutputBytes = 1024 * 1024;

/** Runs a program to its end, without a shell. Never rejects; one that dies of a signal ended with code 128. */
export function runWords(
  words: readonly string[],
  options: { readonly env: Readonly<Record<string, string | undefined>>; readonly timeoutMs: number },
): Promise<WordsEnd> {
  const [file = "", ...args] = words;
  return new Promise((resolve) => {
    execFile(
      file,
      args,
      { env: options.env, timeout: options.timeoutMs, killSignal: "SIGKILL", maxBuffer: maxOutputBytes },
      (error, stdout, stderr) => {
        if (error === null) resolve({ kind: "ended", exitCode: 0, stdout, stderr });
        else if (typeof error.code === "number")
          resolve({ kind: "ended", exitCode: error.code, stdout, stderr });
        else if (error.code === "ENOENT" || error.code === "EACCES")
          resolve({ kind: "missing", reason: error.message });
        else if (error.killed === true) resolve({ kind: "late" });
        else resolve({ kind: "ended", exitCode: 128, stdout, stderr });
      },
    );
  });
}
