import { existsSync } from "node:fs";
import { resolve } from "node:path";

/** A handler as it is named on a command line. */
export interface HandlerFile {
  /** Absolute. */
  readonly path: string;
  readonly isPython: boolean;
  /** Of Python, the class or function that is called; `undefined`: the only one, or what `start` is given. */
  readonly name: string | undefined;
  /** Of Python, packages beside those that the file names. */
  readonly requirements: readonly string[];
}

/** `word`: `app.ts`, `app.py` or `app.py:Handler`. Throws in the user's words for what cannot be one. */
export function readHandlerFile(word: string, requirements: readonly string[] = []): HandlerFile {
  const [, file = word, name] = /^(.+\.py):([A-Za-z_]\w*)$/.exec(word) ?? [];
  const path = resolve(file);
  const isPython = path.endsWith(".py");
  if (!existsSync(path)) throw new Error(`there is no file ${path}`);
  if (!isPython && requirements.length > 0)
    throw new Error(`--requirement is for Python; ${file} finds its packages in a node_modules beside it`);
  return { path, isPython, name, requirements };
}

/** What `readHandlerFile` reads, as words for this package's program. */
export function wordsOf({ path, name, requirements }: HandlerFile): string[] {
  const options = requirements.flatMap((requirement) => ["--requirement", requirement]);
  return [name === undefined ? path : `${path}:${name}`, ...options];
}
