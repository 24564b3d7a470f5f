import { BerthError } from "@berth/api";
import type { PipelineField } from "@berth/api/pipelines";

/** Items of one list: more are sent as another request. */
const mostTexts = 1000;
const mostMedia = 32;

/** What a field takes, in words. */
export function takesOf({ kind, words = [] }: PipelineField): string {
  switch (kind) {
    case "texts":
      return "a text or a list of texts";
    case "prompts":
      return "a text, a list of texts, or a conversation as a list of {role, content}";
    case "text":
      return "a text";
    case "labels":
      return "a list of words";
    case "names":
      return "a list of words, or an empty one";
    case "images":
      return "an image or a list of images, each a URL, a data: URL, base64 or an uploaded file";
    case "sounds":
      return "a recording or a list of recordings, each a URL, a data: URL, base64 or an uploaded file";
    case "questions":
      return "{question, context} or a list of them";
    case "flag":
      return "true or false";
    case "count":
      return "a whole number from 1";
    case "number":
      return "a number";
    case "numbers":
      return "a list of numbers";
    case "word":
      return words.join(", ");
    case "anything":
      return "a value";
  }
}

/** The value as its kind has it. Throws BerthError `invalid_request` that names `param`. */
export function fieldValue(field: PipelineField, value: unknown, param: string): unknown {
  const isList = field.kind === "labels" || field.kind === "names";
  if (isOfKind(field, value)) return isList ? labelsOf(value) : value;
  throw new BerthError("invalid_request", `${param}: give ${takesOf(field)}, not ${shown(value)}`, { param });
}

function isOfKind({ kind, words = [] }: PipelineField, value: unknown): boolean {
  switch (kind) {
    case "texts":
      return isOneOrSome(value, isText, mostTexts);
    case "prompts":
      return (
        isOneOrSome(value, isText, mostTexts) ||
        isConversation(value) ||
        isOneOrSome(value, isConversation, mostTexts)
      );
    case "text":
      return isText(value);
    case "labels":
      return labelsOf(value).length > 0;
    case "names":
      return labelsOf(value).length > 0 || (Array.isArray(value) && value.length === 0);
    case "images":
    case "sounds":
      return isOneOrSome(value, isMedia, mostMedia);
    case "questions":
      return isOneOrSome(value, isQuestion, mostTexts);
    case "flag":
      return typeof value === "boolean";
    case "count":
      return Number.isSafeInteger(value) && (value as number) >= 1;
    case "number":
      return typeof value === "number" && Number.isFinite(value);
    case "numbers":
      return (
        isOneOrSome(value, (each) => typeof each === "number" && Number.isFinite(each), 1_000_000) &&
        Array.isArray(value)
      );
    case "word":
      return isText(value) && words.includes(value);
    case "anything":
      return value !== undefined;
  }
}

const isText = (value: unknown): value is string => typeof value === "string";
const isMedia = (value: unknown): boolean => (isText(value) && value !== "") || value instanceof Uint8Array;

function isOneOrSome(value: unknown, isOne: (value: unknown) => boolean, most: number): boolean {
  if (!Array.isArray(value)) return isOne(value);
  return value.length > 0 && value.length <= most && value.every(isOne);
}

function isConversation(value: unknown): boolean {
  return (
    Array.isArray(value) &&
    value.length > 0 &&
    value.every((each) => has(each, "role") && has(each, "content"))
  );
}

function isQuestion(value: unknown): boolean {
  return has(value, "question") && has(value, "context");
}

function has(value: unknown, name: string): boolean {
  return typeof value === "object" && value !== null && isText((value as Record<string, unknown>)[name]);
}

/** Empty for what is none. */
function labelsOf(value: unknown): readonly string[] {
  const list: readonly unknown[] = isText(value) ? value.split(",") : Array.isArray(value) ? value : [];
  const labels = list.filter(isText).map((label) => label.trim());
  return labels.length <= mostTexts && labels.length === list.length && !labels.includes("") ? labels : [];
}

/** Enough to be recognised. */
function shown(value: unknown): string {
  if (value === undefined) return "nothing";
  if (value instanceof Uint8Array) return "a file";
  if (Array.isArray(value)) return value.length === 0 ? "an empty list" : `a list of ${value.length}`;
  const text = JSON.stringify(value);
  return text.length > 60 ? `${text.slice(0, 60)}...` : text;
}
