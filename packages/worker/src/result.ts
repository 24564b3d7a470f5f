import { HandlerError } from "./handler-error.ts";

/** What a handler's outcome is on the wire. */
export type Result =
  | { readonly kind: "json"; readonly text: string }
  | {
      readonly kind: "bytes";
      readonly status: number;
      readonly contentType: string;
      readonly bytes: Uint8Array;
    };

/** A value of another program's, which is JSON already: its numbers may be larger than ours. */
export class JsonText {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

/** Throws HandlerError `result_not_json`, saying where, for a value that JSON cannot hold. */
export async function resultOf(value: unknown): Promise<Result> {
  if (value instanceof Response) {
    const bytes = new Uint8Array(await value.arrayBuffer());
    const contentType = value.headers.get("content-type") ?? "application/octet-stream";
    return { kind: "bytes", status: value.status, contentType, bytes };
  }
  if (value instanceof Uint8Array)
    return { kind: "bytes", status: 200, contentType: "application/octet-stream", bytes: value };
  return { kind: "json", text: jsonOf(value) };
}

/** The value as JSON; nothing at all is `null`. Throws HandlerError `result_not_json`. */
export function jsonOf(value: unknown): string {
  if (value === undefined) return "null";
  if (value instanceof JsonText) return value.text;
  try {
    const text = JSON.stringify(value, refuse) as string | undefined;
    if (text !== undefined) return text;
    throw notJson("it is nothing that JSON has");
  } catch (error) {
    if (error instanceof HandlerError) throw error;
    const reason = (error as Error).message.split("\n")[0] ?? "";
    throw notJson(/circular/i.test(reason) ? "it holds itself (a cycle)" : reason, error);
  }
}

function refuse(this: unknown, key: string, value: unknown): unknown {
  const kind = typeof value;
  if (kind !== "bigint" && kind !== "function" && kind !== "symbol") return value;
  const where = key === "" ? "it" : `its part ${JSON.stringify(key)}`;
  const name = kind === "bigint" ? "a BigInt; make it a number or a string" : `a ${kind}`;
  throw notJson(`${where} is ${name}`);
}

function notJson(reason: string, cause?: unknown): HandlerError {
  return new HandlerError("result_not_json", `the handler's result cannot be written as JSON: ${reason}`, {
    cause,
  });
}
