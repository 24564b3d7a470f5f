import { execFile } from "node:child_process";
import { stripTypeScriptTypes } from "node:module";
import { BerthError, type HandlerSpec } from "@berth/api";
import { pythonHost } from "@berth/python-host";

const checkWithinMs = 20_000;

/**
 * Looks for what keeps a handler's text from running, without running it: its syntax, and of Python the class and its `predict`.
 * Throws `invalid_request` with what is wrong and where. A text is not judged where there is no Python to ask; files and URLs are judged
 * where they are run.
 */
export async function checkHandler(handler: HandlerSpec, signal: AbortSignal): Promise<void> {
  const { source, language, className } = handler;
  if (source.kind !== "text") return;
  const problem =
    language === "typescript"
      ? typeScriptProblem(source.name, source.text)
      : await pythonProblem({ name: source.name, text: source.text, className }, signal);
  if (problem !== undefined)
    throw new BerthError("invalid_request", problem, { param: "handler.source.text" });
}

function typeScriptProblem(name: string, text: string): string | undefined {
  try {
    stripTypeScriptTypes(text, { mode: "strip", sourceUrl: name });
  } catch (error) {
    return `${name} is not TypeScript that Node runs: ${(error as Error).message.trim()}`;
  }
  // what is exported under another name, or started by a call, is found when it runs
  if (/\bexport\b|\bstart\s*\(|\bexports\b/.test(text)) return undefined;
  return `${name} has no handler: export a function as handler, predict or default, or call start({ handler })`;
}

function pythonProblem(
  order: { readonly name: string; readonly text: string; readonly className: string | undefined },
  signal: AbortSignal,
): Promise<string | undefined> {
  return new Promise((resolve) => {
    const child = execFile(
      "python3",
      // isolated: whatever lies where the server was started is no module of Python's
      ["-I", "-c", pythonHost, "check"],
      { signal, timeout: checkWithinMs },
      (error, stdout) => resolve(error === null ? readVerdict(stdout) : undefined),
    );
    // it may have ended before it has read all
    child.stdin?.on("error", () => undefined);
    child.stdin?.end(JSON.stringify(order));
  });
}

function readVerdict(stdout: string): string | undefined {
  const verdict = JSON.parse(stdout) as { readonly ok: boolean; readonly reason?: string };
  return verdict.ok ? undefined : verdict.reason;
}
