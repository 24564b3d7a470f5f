import type { RequestMessage } from "@berth/api/openai";
import { contentParts } from "../content-parts.ts";
import { untranslatable } from "../require-translatable.ts";
import { toolArguments } from "../tool-arguments.ts";

const provider = "Ollama";

interface OllamaMessage {
  readonly role: "system" | "user" | "assistant" | "tool";
  readonly content: string;
  readonly thinking?: string;
  /** Base64. */
  readonly images?: readonly string[];
  readonly tool_calls?: readonly {
    readonly id?: string | undefined;
    readonly function: { readonly name: string; readonly arguments: object };
  }[];
  readonly tool_name?: string;
  readonly tool_call_id?: string;
}

/**
 * A chat's messages as Ollama takes them. Throws BerthError naming the place: `unsupported` for what it has no words for,
 * and for images that are somewhere else; `invalid_request` for arguments that are no JSON object.
 */
export function ollamaMessages(messages: readonly RequestMessage[]): OllamaMessage[] {
  const names = new Map<string, string>();
  return messages.map((message, index) => {
    const at = `messages[${index}]`;
    const { role, name, tool_call_id: callId } = message;
    if (role === "function") throw untranslatable(`${at}.role`, provider, "use the role `tool`");
    if (role !== "tool" && (name ?? "") !== "") throw untranslatable(`${at}.name`, provider);
    for (const call of message.tool_calls ?? [])
      if (call.id !== undefined) names.set(call.id, call.function.name);
    const { text, images } = readContent(message.content, `${at}.content`);
    const toolName = name ?? names.get(callId ?? "");
    const thinking = message["reasoning_content"] ?? message["reasoning"];
    return {
      role: role === "developer" ? "system" : role,
      content: text,
      ...(typeof thinking === "string" && thinking !== "" ? { thinking } : {}),
      ...(images.length === 0 ? {} : { images }),
      ...callsOf(message, at),
      ...(role === "tool" && toolName !== undefined ? { tool_name: toolName } : {}),
      ...(role === "tool" && typeof callId === "string" ? { tool_call_id: callId } : {}),
    };
  });
}

function readContent(
  content: RequestMessage["content"],
  at: string,
): { readonly text: string; readonly images: readonly string[] } {
  const images: string[] = [];
  let text = "";
  for (const [index, part] of contentParts(content, at, provider).entries()) {
    switch (part.kind) {
      case "text":
        text += part.text;
        continue;
      case "image":
        // nothing is fetched here: who asks must not make this server call an address
        if (typeof part.source === "string")
          throw untranslatable(
            `${at}[${index}].image_url.url`,
            provider,
            "send the image itself, as a data URL",
          );
        images.push(part.source.base64);
        continue;
      case "file":
      case "audio":
        throw untranslatable(`${at}[${index}].type`, provider, "it takes text and images");
    }
  }
  return { text, images };
}

function callsOf({ tool_calls: calls }: RequestMessage, at: string): Pick<OllamaMessage, "tool_calls"> {
  if (calls === null || calls === undefined || calls.length === 0) return {};
  return {
    tool_calls: calls.map(({ id, function: { name, arguments: text } }, index) => ({
      id,
      function: { name, arguments: toolArguments(text, `${at}.tool_calls[${index}].function.arguments`) },
    })),
  };
}
