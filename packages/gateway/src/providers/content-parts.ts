import { BerthError } from "@berth/api";
import type { RequestMessage } from "@berth/api/openai";
import { requireKnown, untranslatable } from "./require-translatable.ts";

/** Bytes as base64, and what they are. */
export interface InlineData {
  readonly mediaType: string;
  readonly base64: string;
}

/** A part of a message, as OpenAI's chats have them. */
export type ContentPart =
  | { readonly kind: "text"; readonly text: string; readonly cacheControl: unknown }
  | { readonly kind: "image"; readonly source: InlineData | string; readonly cacheControl: unknown }
  | {
      readonly kind: "file";
      readonly data: InlineData;
      readonly filename: string | undefined;
      readonly cacheControl: unknown;
    }
  | { readonly kind: "audio"; readonly data: InlineData; readonly cacheControl: unknown };

/**
 * The parts of a message; a text alone is one, empty texts are none. `at`: where the content stands in the request.
 * Throws BerthError naming the part.
 */
export function contentParts(
  content: RequestMessage["content"],
  at: string,
  provider: string,
): ContentPart[] {
  if (content === null || content === undefined) return [];
  const parts =
    typeof content === "string"
      ? [{ kind: "text", text: content, cacheControl: undefined } as const]
      : content.map((part, index) => contentPart(part, `${at}[${index}]`, provider));
  return parts.filter((part) => part.kind !== "text" || part.text !== "");
}

function contentPart(
  part: Exclude<RequestMessage["content"], string | null | undefined>[number],
  at: string,
  provider: string,
): ContentPart {
  requireKnown(part, ["type", part.type, "cache_control"], provider, at);
  const cacheControl = part["cache_control"] ?? undefined;
  switch (part.type) {
    case "text":
      return { kind: "text", text: textAt(part.text, `${at}.text`), cacheControl };
    case "refusal":
      // an answer of the model's, as any other
      return { kind: "text", text: textAt(part["refusal"], `${at}.refusal`), cacheControl };
    case "image_url": {
      // how closely it is to be looked at is a hint
      const { url } = objectAt(part["image_url"], `${at}.image_url`);
      const address = textAt(url, `${at}.image_url.url`);
      const source = address.startsWith("data:") ? dataUrl(address, `${at}.image_url.url`) : address;
      return { kind: "image", source, cacheControl };
    }
    case "file": {
      const file = objectAt(part["file"], `${at}.file`);
      requireKnown(file, ["file_data", "filename"], provider, `${at}.file`);
      const data = dataUrl(textAt(file["file_data"], `${at}.file.file_data`), `${at}.file.file_data`);
      const { filename } = file;
      return {
        kind: "file",
        data,
        filename: typeof filename === "string" ? filename : undefined,
        cacheControl,
      };
    }
    case "input_audio": {
      const { data, format } = objectAt(part["input_audio"], `${at}.input_audio`);
      const base64 = textAt(data, `${at}.input_audio.data`);
      const mediaType = `audio/${textAt(format, `${at}.input_audio.format`)}`;
      return { kind: "audio", data: { mediaType, base64 }, cacheControl };
    }
    default:
      throw untranslatable(`${at}.type`, provider, `"${part.type}" is no part that it takes`);
  }
}

function dataUrl(text: string, param: string): InlineData {
  const comma = text.indexOf(",");
  const [, mediaType] = /^data:([^;,]+)(?:;[^;,]+)*;base64$/i.exec(text.slice(0, Math.max(0, comma))) ?? [];
  if (mediaType === undefined)
    throw new BerthError("invalid_request", `${param}: give a data URL, data:TYPE;base64,...`, { param });
  return { mediaType: mediaType.toLowerCase(), base64: text.slice(comma + 1) };
}

function textAt(value: unknown, param: string): string {
  if (typeof value === "string") return value;
  throw new BerthError("invalid_request", `${param}: give a text`, { param });
}

function objectAt(value: unknown, param: string): Readonly<Record<string, unknown>> {
  if (typeof value === "object" && value !== null && !Array.isArray(value))
    return value as Readonly<Record<string, unknown>>;
  throw new BerthError("invalid_request", `${param}: give an object`, { param });
}
