import { BerthError } from "@berth/api";
import type { RequestMessage } from "@berth/api/openai";
import { contentParts, type ContentPart } from "../content-parts.ts";
import { requireKnown, untranslatable } from "../require-translatable.ts";
import { toolArguments } from "../tool-arguments.ts";

export type Block = Readonly<Record<string, unknown>> & { readonly type: string };

export interface Turn {
  readonly role: "user" | "assistant";
  readonly content: readonly Block[];
}

export interface Conversation {
  readonly system: readonly Block[];
  readonly turns: readonly Turn[];
}

const provider = "Anthropic";

/** System prompts go before all; neighbours of one role become one turn. Throws BerthError naming what cannot be said. */
export function writeMessages(messages: readonly RequestMessage[]): Conversation {
  const system: Block[] = [];
  const turns: { readonly role: Turn["role"]; readonly content: Block[] }[] = [];
  for (const [index, message] of messages.entries()) {
    const at = `messages[${index}]`;
    const { role, blocks } = blocksOf(message, at);
    if (role === "system") system.push(...blocks);
    else if (turns.at(-1)?.role === role) turns.at(-1)?.content.push(...blocks);
    else if (blocks.length > 0) turns.push({ role, content: [...blocks] });
  }
  return { system, turns };
}

function blocksOf(
  message: RequestMessage,
  at: string,
): { readonly role: Turn["role"] | "system"; readonly blocks: readonly Block[] } {
  const said = (): Block[] =>
    contentParts(message.content, `${at}.content`, provider).map((part, index) =>
      partBlock(part, `${at}.content[${index}]`),
    );
  switch (message.role) {
    case "system":
    case "developer":
      requireKnown(message, ["role", "content"], provider, at);
      return { role: "system", blocks: said() };
    case "user":
      requireKnown(message, ["role", "content"], provider, at);
      return { role: "user", blocks: said() };
    case "tool": {
      // the name of the function is that of the call
      requireKnown(message, ["role", "content", "tool_call_id", "name"], provider, at);
      const id = message.tool_call_id ?? "";
      if (id === "") throw missing(`${at}.tool_call_id`);
      const content = said();
      const block = { type: "tool_result", tool_use_id: toolUseId(id) };
      return { role: "user", blocks: [content.length === 0 ? block : { ...block, content }] };
    }
    case "assistant":
      return {
        role: "assistant",
        blocks: [...thoughts(message, at), ...said(), ...assistantRest(message, at)],
      };
    case "function":
      throw untranslatable(`${at}.role`, provider, "give tool messages");
  }
}

function assistantRest(message: RequestMessage, at: string): Block[] {
  // thoughts that are not sealed are not taken back; annotations are of the answer they came with
  const known = ["role", "content", "tool_calls", "refusal", "thinking_blocks"];
  requireKnown(message, [...known, "reasoning_content", "reasoning", "annotations"], provider, at);
  const { refusal } = message;
  return [
    ...(typeof refusal === "string" && refusal !== "" ? [{ type: "text", text: refusal }] : []),
    ...(message.tool_calls ?? []).map(({ id, function: called }, index) => {
      const call = `${at}.tool_calls[${index}]`;
      if (id === undefined || id === "") throw missing(`${call}.id`);
      const input = toolArguments(called.arguments, `${call}.function.arguments`);
      return { type: "tool_use", id: toolUseId(id), name: called.name, input };
    }),
  ];
}

/** Thoughts as they were given with an answer, sealed. */
function thoughts(message: RequestMessage, at: string): Block[] {
  const blocks = message["thinking_blocks"] ?? [];
  if (Array.isArray(blocks) && blocks.every(isThought)) return blocks;
  const param = `${at}.thinking_blocks`;
  throw new BerthError("invalid_request", `${param}: send the blocks back as they came`, { param });
}

function isThought(block: unknown): block is Block {
  const { type, signature, data } = (block ?? {}) as Readonly<Record<string, unknown>>;
  return (
    (type === "thinking" && typeof signature === "string") ||
    (type === "redacted_thinking" && typeof data === "string")
  );
}

const imageTypes = new Set(["image/jpeg", "image/png", "image/gif", "image/webp"]);

function partBlock(part: ContentPart, at: string): Block {
  const cached = part.cacheControl === undefined ? {} : { cache_control: part.cacheControl };
  switch (part.kind) {
    case "text":
      return { type: "text", text: part.text, ...cached };
    case "image": {
      const { source } = part;
      if (typeof source === "string")
        return { type: "image", source: { type: "url", url: source }, ...cached };
      const { mediaType, base64 } = source;
      if (!imageTypes.has(mediaType))
        throw untranslatable(
          `${at}.image_url.url`,
          provider,
          `give JPEG, PNG, GIF or WebP, not ${mediaType}`,
        );
      return { type: "image", source: { type: "base64", media_type: mediaType, data: base64 }, ...cached };
    }
    case "file": {
      const { data, filename } = part;
      const title = filename === undefined ? {} : { title: filename };
      return { type: "document", source: documentSource(data, `${at}.file.file_data`), ...title, ...cached };
    }
    case "audio":
      throw untranslatable(`${at}.input_audio`, provider);
  }
}

function documentSource(
  { mediaType, base64 }: { readonly mediaType: string; readonly base64: string },
  at: string,
): Readonly<Record<string, string>> {
  switch (mediaType) {
    case "application/pdf":
      return { type: "base64", media_type: mediaType, data: base64 };
    case "text/plain":
      return { type: "text", media_type: mediaType, data: Buffer.from(base64, "base64").toString("utf8") };
    default:
      throw untranslatable(at, provider, `give PDF or plain text, not ${mediaType}`);
  }
}

/** Ids that other servers gave may hold what is refused there; call and result change alike. */
function toolUseId(id: string): string {
  return id.replaceAll(/[^a-zA-Z0-9_-]/g, "_");
}

function missing(param: string): BerthError {
  return new BerthError("invalid_request", `${param}: give the id of the call`, { param });
}
