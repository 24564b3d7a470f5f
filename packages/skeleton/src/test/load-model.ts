import { stripTypeScriptTypes } from "node:module";

const stub = `class HandlerError extends Error { constructor(code, message) { super(message); } }`;

/** Runs a `model.ts`, and gives what reads its main object. */
export async function loadModel(text: string): Promise<(value: unknown) => unknown> {
  const program = stripTypeScriptTypes(text.replace(/^import .*$/m, stub));
  const url = `data:text/javascript,${encodeURIComponent(program)}`;
  const { readRequestInput } = (await import(/* @vite-ignore */ url)) as {
    readRequestInput: (value: unknown) => unknown;
  };
  return readRequestInput;
}
