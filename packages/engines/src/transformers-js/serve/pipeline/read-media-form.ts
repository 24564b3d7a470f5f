import type { IncomingMessage } from "node:http";
import { finished } from "node:stream/promises";
import { Busboy, type BusboyHeaders } from "@fastify/busboy";
import { BerthError, isBerthError } from "@berth/api";
import { optionsFields, type FieldKind, type PipelineForm } from "@berth/api/pipelines";
import { inputNamed, readPredict, type Predict } from "./read-predict.ts";

/** curl's users call a file so, whatever the field is called. */
const fileAlias = "file";
const maxFieldBytes = 2 ** 20;
const maxFields = 100;

/**
 * Reads a form, its files into memory. Fields that are there several times are lists; what is no text in JSON is written as
 * in JSON. Throws BerthError as `readPredict` does, `payload_too_large` for more than `maxBytes` in all.
 */
export async function readMediaForm(
  request: IncomingMessage,
  form: PipelineForm,
  maxBytes: number,
  signal: AbortSignal,
): Promise<Predict> {
  const parser = newParser(request, maxBytes);
  const given = new Map<string, unknown[]>();
  const problems: BerthError[] = [];
  let size = 0;
  const add = (name: string, value: unknown): void => {
    const own =
      name === fileAlias && form.inputs.every((field) => field.name !== name) ? form.inputs[0]?.name : name;
    given.set(own ?? name, [...(given.get(own ?? name) ?? []), value]);
  };
  parser.on("field", (name, value, nameTruncated, valueTruncated) => {
    if (nameTruncated || valueTruncated)
      problems.push(refusal(name, `${name} is longer than ${maxFieldBytes} bytes`));
    else add(name, value);
  });
  parser.on("file", (name, stream) => {
    const parts: Buffer[] = [];
    // what goes wrong with the form is told by the parser
    stream.on("error", () => {});
    stream.on("data", (part: Buffer) => {
      size += part.length;
      if (size <= maxBytes) parts.push(part);
    });
    stream.on("end", () => add(name, new Uint8Array(Buffer.concat(parts))));
  });
  parser.on("fieldsLimit", () =>
    problems.push(refusal(undefined, `the form has more than ${maxFields} fields`)),
  );
  const abort = (): void => void parser.destroy(signal.reason as Error);
  signal.addEventListener("abort", abort, { once: true });
  try {
    request.pipe(parser);
    await finished(parser, { readable: false });
  } catch (error) {
    signal.throwIfAborted();
    throw refusal(undefined, `the form cannot be read: ${(error as Error).message}`, error);
  } finally {
    signal.removeEventListener("abort", abort);
    request.unpipe(parser);
  }
  if (size > maxBytes)
    throw new BerthError("payload_too_large", `the form's files are larger than ${maxBytes} bytes`);
  if (problems[0] !== undefined) throw problems[0];
  return readPredict(form, asJson(form, given));
}

/** What the form's texts stand for, by the kind of their field. */
function asJson(form: PipelineForm, given: ReadonlyMap<string, readonly unknown[]>): Record<string, unknown> {
  const body: Record<string, unknown> = {};
  for (const [name, values] of given) {
    const kind = inputNamed(form, name)?.kind ?? form.options.find((option) => option.name === name)?.kind;
    const read = values.map((value) =>
      typeof value === "string"
        ? valueOf(value, optionsFields.includes(name) ? "anything" : kind, name)
        : value,
    );
    body[name] = read.length === 1 ? read[0] : read;
  }
  return body;
}

function valueOf(text: string, kind: FieldKind | undefined, name: string): unknown {
  switch (kind) {
    case undefined:
    case "texts":
    case "text":
    case "labels":
    case "names":
    case "images":
    case "sounds":
    case "word":
      return text;
    case "prompts":
      return text.startsWith("[") ? parsed(text, name) : text;
    case "questions":
    case "flag":
    case "count":
    case "number":
    case "numbers":
    case "anything":
      return parsed(text, name);
  }
}

function parsed(text: string, name: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    throw refusal(name, `${name}: write it as in JSON: ${(error as Error).message}`, error);
  }
}

function newParser(request: IncomingMessage, maxBytes: number) {
  try {
    return new Busboy({
      headers: request.headers as BusboyHeaders,
      limits: { fileSize: maxBytes + 1, fieldSize: maxFieldBytes, fields: maxFields, files: maxFields },
    });
  } catch (error) {
    if (isBerthError(error)) throw error;
    throw refusal("content-type", `the form cannot be read: ${(error as Error).message}`, error);
  }
}

function refusal(param: string | undefined, message: string, cause?: unknown): BerthError {
  return new BerthError("invalid_request", message, { param, cause });
}
