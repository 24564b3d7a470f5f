import { BerthError } from "@berth/api";
import { noFacts } from "./body-facts.ts";
import { requireModelName } from "./model-name.ts";
import type { AskedFor } from "./parse-body.ts";

const maxParts = 1000;
/** Of one part. */
const maxHeadBytes = 8 * 1024;
/** Names of models are no longer. */
const maxValueBytes = 4 * 1024;

const lineEnd = "\r\n";
const headEnd = Buffer.from("\r\n\r\n");

/**
 * Finds `model` and `stream` among the parts of a form; of files only their heads are looked at. What else is in the form,
 * and whether it makes sense, is the engine's to judge. Throws BerthError `invalid_request` for what is no form.
 */
export function parseForm(body: Buffer, contentType: string | undefined): AskedFor {
  const boundary = boundaryOf(contentType);
  let model: string | undefined;
  let stream = false;
  for (const { name, value } of fieldsOf(body, boundary)) {
    if (name === "model" && value !== "") model = value;
    if (name === "stream") stream = value === "true" || value === "1";
  }
  if (model !== undefined) requireModelName(model);
  return { model, stream, wantsUsage: true, facts: noFacts };
}

/** The form with another model in it, all other bytes as they came. */
export function editForm(body: Buffer, contentType: string | undefined, model: string): Buffer {
  const boundary = boundaryOf(contentType);
  const pieces: Buffer[] = [];
  let at = 0;
  for (const { name, start, end } of fieldsOf(body, boundary)) {
    if (name !== "model") continue;
    pieces.push(body.subarray(at, start), Buffer.from(model));
    at = end;
  }
  if (pieces.length > 0) return Buffer.concat([...pieces, body.subarray(at)]);
  const head = `--${boundary}${lineEnd}content-disposition: form-data; name="model"${lineEnd}${lineEnd}`;
  const first = body.indexOf(`--${boundary}`);
  return Buffer.concat([Buffer.from(`${head}${model}${lineEnd}`), body.subarray(first)]);
}

function boundaryOf(contentType: string | undefined): string {
  const [, quoted, plain] = /;\s*boundary=(?:"([^"]+)"|([^\s;"]+))/i.exec(contentType ?? "") ?? [];
  const boundary = quoted ?? plain;
  if (boundary !== undefined && boundary.length <= 200) return boundary;
  throw broken("its content type tells no boundary");
}

interface Field {
  readonly name: string;
  readonly value: string;
  /** Where the value lies. */
  readonly start: number;
  readonly end: number;
}

/** The parts that are no files, as they come. */
function* fieldsOf(body: Buffer, boundary: string): Generator<Field> {
  const opening = Buffer.from(`--${boundary}`);
  const delimiter = Buffer.from(`${lineEnd}--${boundary}`);
  let at = body.indexOf(opening);
  // what stands before the first boundary is for readers who know no forms
  if (at === -1 || (at > 0 && !isAfterLineEnd(body, at))) throw broken("the first boundary is missing");
  at += opening.length;
  for (let parts = 0; ; parts += 1) {
    if (body[at] === 0x2d && body[at + 1] === 0x2d) return;
    if (parts === maxParts) throw broken(`it has more than ${maxParts} parts`);
    const headStart = body.indexOf(lineEnd, at);
    const headStop = headStart === -1 ? -1 : body.indexOf(headEnd, headStart);
    if (headStop === -1) throw broken("it breaks off in the head of a part");
    if (headStop - headStart > maxHeadBytes) throw broken("the head of a part is too long");
    const valueStart = headStop + headEnd.length;
    // a part without a value ends right after its head
    const valueStop = body.indexOf(delimiter, headStop + 2);
    if (valueStop === -1) throw broken("it breaks off in a part: the last boundary is missing");
    const name = fieldName(body.toString("utf8", headStart, headStop));
    if (name !== undefined && valueStop >= valueStart && valueStop - valueStart <= maxValueBytes)
      yield { name, value: body.toString("utf8", valueStart, valueStop), start: valueStart, end: valueStop };
    at = valueStop + delimiter.length;
  }
}

function isAfterLineEnd(body: Buffer, at: number): boolean {
  return body[at - 2] === 0x0d && body[at - 1] === 0x0a;
}

/** `undefined` for files and for parts without a name. */
function fieldName(head: string): string | undefined {
  const line = head.split(lineEnd).find((each) => /^content-disposition\s*:/i.test(each));
  if (line === undefined || /;\s*filename\*?=/i.test(line)) return undefined;
  const [, quoted, plain] = /;\s*name=(?:"((?:[^"\\]|\\.)*)"|([^\s;"]+))/i.exec(line) ?? [];
  return quoted?.replaceAll(/\\(.)/g, "$1") ?? plain;
}

function broken(why: string): BerthError {
  return new BerthError("invalid_request", `the form cannot be read: ${why}`);
}
