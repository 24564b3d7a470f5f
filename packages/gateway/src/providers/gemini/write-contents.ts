import { BerthError } from "@berth/api";
import type { RequestMessage } from "@berth/api/openai";
import type { ExtraContent } from "../../openai/shapes.ts";
import { contentParts, type ContentPart } from "../content-parts.ts";
import { requireKnown, untranslatable } from "../require-translatable.ts";
import { toolArguments } from "../tool-arguments.ts";
import { isBeforeGemini3 } from "./model-name.ts";

export type Part = Readonly<Record<string, unknown>>;

export interface Content {
  readonly role: "user" | "model";
  readonly parts: readonly Part[];
}

export interface Conversation {
  /** System prompts, which go before all. */
  readonly system: readonly Part[];
  readonly contents: readonly Content[];
}

const provider = "Gemini";

/** Takes the place of a seal where another model has made the call; documented for conversations that move. */
const noSeal = "skip_thought_signature_validator";

interface Written {
  readonly role: Content["role"] | "system" | "results";
  readonly parts: readonly Part[];
}

/**
 * Neighbours of one role become one content; the results of calls are one of their own, which has to follow the calls.
 * Throws BerthError naming what cannot be said.
 */
export function writeContents(messages: readonly RequestMessage[], model: string): Conversation {
  const system: Part[] = [];
  const contents: { readonly role: Written["role"]; readonly parts: Part[] }[] = [];
  const names = new Map<string, string>();
  for (const [index, message] of messages.entries()) {
    const { role, parts } = write(message, `messages[${index}]`, model, names);
    const last = contents.at(-1);
    if (role === "system") system.push(...parts);
    else if (last?.role === role) last.parts.push(...parts);
    else if (parts.length > 0) contents.push({ role, parts: [...parts] });
  }
  return {
    system,
    contents: contents.map(({ role, parts }) => ({ role: role === "model" ? "model" : "user", parts })),
  };
}

/** `names`: of the functions that were called, by the ids of their calls. */
function write(message: RequestMessage, at: string, model: string, names: Map<string, string>): Written {
  const said = (): Part[] =>
    contentParts(message.content, `${at}.content`, provider).map((part, index) =>
      writePart(part, `${at}.content[${index}]`),
    );
  switch (message.role) {
    case "system":
    case "developer":
      requireKnown(message, ["role", "content"], provider, at);
      return { role: "system", parts: said() };
    case "user":
      requireKnown(message, ["role", "content"], provider, at);
      return { role: "user", parts: said() };
    case "tool":
      return { role: "results", parts: [result(message, at, names)] };
    case "assistant": {
      // thoughts are taken back sealed, not as text; annotations are of the answer they came with
      const known = ["role", "content", "tool_calls", "refusal", "extra_content"];
      const unsent = ["reasoning_content", "reasoning", "thinking_blocks", "annotations"];
      requireKnown(message, [...known, ...unsent], provider, at);
      const { refusal } = message;
      const texts = typeof refusal === "string" && refusal !== "" ? [...said(), { text: refusal }] : said();
      return {
        role: "model",
        parts: [...sealed(texts, sealOf(message)), ...calls(message, at, model, names)],
      };
    }
    case "function":
      throw untranslatable(`${at}.role`, provider, "give tool messages");
  }
}

function result(message: RequestMessage, at: string, names: ReadonlyMap<string, string>): Part {
  requireKnown(message, ["role", "content", "tool_call_id", "name"], provider, at);
  const id = message.tool_call_id ?? "";
  const name = names.get(id) ?? message.name ?? undefined;
  if (name === undefined) {
    const param = `${at}.tool_call_id`;
    throw new BerthError("invalid_request", `${param}: no call before it has this id`, { param });
  }
  const texts = contentParts(message.content, `${at}.content`, provider).map((part, index) => {
    if (part.kind === "text") return part.text;
    throw untranslatable(`${at}.content[${index}].type`, provider, "a result is text");
  });
  return { functionResponse: { id, name, response: { output: texts.join("") } } };
}

function calls(message: RequestMessage, at: string, model: string, names: Map<string, string>): Part[] {
  const made = message.tool_calls ?? [];
  const areSealed = made.some((call) => sealOf(call) !== undefined);
  return made.map((call, index) => {
    const place = `${at}.tool_calls[${index}]`;
    const { id = "", function: called } = call;
    names.set(id, called.name);
    const args = toolArguments(called.arguments, `${place}.function.arguments`);
    // of calls made at once, the first alone is sealed
    const own = areSealed || index > 0 || isBeforeGemini3(model) ? undefined : noSeal;
    const seal = sealOf(call) ?? own;
    const functionCall = { ...(id === "" ? {} : { id }), name: called.name, args };
    return seal === undefined ? { functionCall } : { functionCall, thoughtSignature: seal };
  });
}

function sealOf(said: Readonly<Record<string, unknown>>): string | undefined {
  const extra = said["extra_content"] as ExtraContent | null | undefined;
  const seal: unknown = extra?.google?.thought_signature;
  return typeof seal === "string" && seal !== "" ? seal : undefined;
}

/** The seal of an answer stands on the last of its texts. */
function sealed(texts: readonly Part[], seal: string | undefined): Part[] {
  if (seal === undefined) return [...texts];
  const last = texts.at(-1) ?? { text: "" };
  return [...texts.slice(0, -1), { ...last, thoughtSignature: seal }];
}

function writePart(part: ContentPart, at: string): Part {
  if (part.cacheControl !== undefined) throw untranslatable(`${at}.cache_control`, provider);
  switch (part.kind) {
    case "text":
      return { text: part.text };
    case "image": {
      const { source } = part;
      if (typeof source !== "string") return inline(source);
      throw untranslatable(`${at}.image_url.url`, provider, "give a data URL: addresses are not fetched");
    }
    case "file":
    case "audio":
      return inline(part.data);
  }
}

function inline({ mediaType, base64 }: { readonly mediaType: string; readonly base64: string }): Part {
  return { inlineData: { mimeType: mediaType, data: base64 } };
}
