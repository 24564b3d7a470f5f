import { BerthError } from "@berth/api";
import type { RequestMessage } from "@berth/api/openai";

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
    if (role === "function") throw unsupported(`${at}.role`, "Ollama knows no such role; use `tool`");
    if (role !== "tool" && (name ?? "") !== "")
      throw unsupported(`${at}.name`, "Ollama knows no names of speakers");
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
  if (typeof content === "string") return { text: content, images: [] };
  const images: string[] = [];
  let text = "";
  for (const [index, part] of (content ?? []).entries()) {
    const here = `${at}[${index}]`;
    if (part.type === "text") text += part.text ?? "";
    else if (part.type === "image_url") images.push(imageIn(part["image_url"], `${here}.image_url`));
    else throw unsupported(`${here}.type`, `Ollama takes text and images, no \`${part.type}\``);
  }
  return { text, images };
}

/** Nothing is fetched here: who asks must not make this server call an address. */
function imageIn(image: unknown, at: string): string {
  const url = typeof image === "object" && image !== null && "url" in image ? image.url : image;
  const [, base64] = /^data:[^,]*;base64,(.+)$/s.exec(typeof url === "string" ? url : "") ?? [];
  if (base64 !== undefined) return base64;
  throw unsupported(at, "send the image itself, as a data: URL in base64; it is fetched from nowhere");
}

function callsOf({ tool_calls: calls }: RequestMessage, at: string): Pick<OllamaMessage, "tool_calls"> {
  if (calls === null || calls === undefined || calls.length === 0) return {};
  return {
    tool_calls: calls.map(({ id, function: { name, arguments: text } }, index) => ({
      id,
      function: { name, arguments: objectIn(text, `${at}.tool_calls[${index}].function.arguments`) },
    })),
  };
}

function objectIn(text: string, at: string): object {
  try {
    const value = JSON.parse(text === "" ? "{}" : text) as unknown;
    if (typeof value === "object" && value !== null && !Array.isArray(value)) return value;
  } catch {
    // told below
  }
  throw new BerthError("invalid_request", `${at}: expected a JSON object as text`, { param: at });
}

function unsupported(param: string, what: string): BerthError {
  return new BerthError("unsupported", `${param}: ${what}`, { param });
}
