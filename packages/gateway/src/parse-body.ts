import { isUtf8 } from "node:buffer";
import { BerthError } from "@berth/api";
import { bodyFacts, type BodyFacts } from "./body-facts.ts";
import { findJsonFault } from "./json-fault.ts";
import { requireModelName } from "./model-name.ts";
import { bracketsIn } from "./brackets.ts";

// a parser needs far more memory for each bracket than the bracket's byte, and who walks what it made more stack
const most = { depth: 1000, count: 1_000_000 };
const alwaysFewBytes = 2 * most.depth;
// where a larger text breaks is told by the parser alone: looking ourselves would keep everybody else waiting
const maxExplainedChars = 1024 * 1024;
const utf8StepBytes = 64 * 1024;

/** The part of an inference request that the gateway reads; the rest is the engine's to judge. */
export interface AskedFor {
  readonly model: string | undefined;
  readonly stream: boolean;
  /** Counts a stream's tokens itself. */
  readonly wantsUsage: boolean;
  readonly facts: BodyFacts;
}

/** What a body of JSON asks for, and all of it. */
export interface AskedObject extends AskedFor {
  readonly value: Readonly<Record<string, unknown>>;
}

/** Throws `invalid_json` or `invalid_request`, telling what is wrong and where. */
export function parseBody(body: Buffer): AskedObject {
  if (body.length === 0) throw new BerthError("invalid_json", "the body is empty; send a JSON object");
  if (!isUtf8(body)) {
    const offset = utf8FaultOffset(body);
    throw new BerthError("invalid_json", `the body is not UTF-8: byte ${offset} belongs to no character`, {
      details: { offset },
    });
  }
  if (body.length > alwaysFewBytes) requireFewBrackets(body);
  const text = body.toString("utf8");
  const value = parseJson(text);
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new BerthError("invalid_request", `the body must be a JSON object, and is ${kindOf(value)}`);
  }
  const {
    model,
    stream,
    stream_options: options,
  } = value as {
    readonly model?: unknown;
    readonly stream?: unknown;
    readonly stream_options?: { readonly include_usage?: unknown } | null;
  };
  if (model !== undefined && model !== null && typeof model !== "string") {
    throw new BerthError("invalid_request", `model must be a text, and is ${kindOf(model)}`, {
      param: "model",
    });
  }
  if (typeof model === "string") requireModelName(model);
  const object = value as Readonly<Record<string, unknown>>;
  return {
    model: model ?? undefined,
    stream: stream === true,
    wantsUsage: options?.include_usage === true,
    facts: bodyFacts(object, text),
    value: object,
  };
}

function requireFewBrackets(body: Buffer): void {
  const { depth, count } = bracketsIn(body, most);
  if (depth > most.depth)
    throw new BerthError("invalid_request", `the body is nested more than ${most.depth} deep`, {
      details: { maxDepth: most.depth },
    });
  if (count > most.count)
    throw new BerthError("invalid_request", `the body has more than ${most.count} lists and objects`, {
      details: { maxCount: most.count },
    });
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (text.length > maxExplainedChars) {
      const said = (error as Error).message;
      throw new BerthError("invalid_json", `the body is not JSON: ${said}`, { cause: error });
    }
    const fault = findJsonFault(text);
    if (fault === undefined) throw error;
    const before = text.slice(0, fault.offset);
    const line = before.split("\n").length;
    const column = fault.offset - before.lastIndexOf("\n");
    const found =
      fault.offset < text.length ? `found ${JSON.stringify(text[fault.offset])}` : "the body ends";
    throw new BerthError(
      "invalid_json",
      `the body is not JSON: at line ${line}, column ${column} (offset ${fault.offset}) expected ${fault.expected}, but ${found}`,
      { details: { offset: fault.offset, line, column }, cause: error },
    );
  }
}

/** The first byte that is not part of a character. */
export function utf8FaultOffset(body: Buffer): number {
  let offset = 0;
  // what is sound is stepped over, up to the start of a character
  for (let end = utf8StepBytes; end < body.length; end = offset + utf8StepBytes) {
    while (end > offset && isContinuation(body[end])) end -= 1;
    if (end === offset || !isUtf8(body.subarray(offset, end))) break;
    offset = end;
  }
  for (const char of body.toString("utf8", offset, offset + 2 * utf8StepBytes)) {
    const isReplacement =
      char === "\uFFFD" && !(body[offset] === 0xef && body[offset + 1] === 0xbf && body[offset + 2] === 0xbd);
    if (isReplacement) return offset;
    offset += Buffer.byteLength(char);
  }
  return offset;
}

function isContinuation(byte: number | undefined): boolean {
  return byte !== undefined && (byte & 0xc0) === 0x80;
}

function kindOf(value: unknown): string {
  if (value === null) return "null";
  if (Array.isArray(value)) return "a list";
  if (typeof value === "string") return "a text";
  if (typeof value === "object") return "an object";
  return JSON.stringify(value);
}
