import { BerthError } from "@berth/api";
import type { RequestMessage, Tool } from "@berth/api/openai";

/** A message as chat templates take it: text for content, objects for arguments. */
export interface ChatMessage {
  readonly role: string;
  readonly content: string;
  readonly name?: string;
  readonly tool_calls?: readonly {
    readonly id?: string;
    readonly type: "function";
    readonly function: { readonly name: string; readonly arguments: Readonly<Record<string, unknown>> };
  }[];
  readonly tool_call_id?: string;
}

/** A tool as chat templates take it, its fields in the order that models were shown them. */
export interface ToolDefinition {
  readonly type: "function";
  readonly function: {
    readonly name: string;
    readonly description: string;
    readonly parameters: Readonly<Record<string, unknown>>;
  };
}

const templateRoles: Readonly<Record<string, string>> = { developer: "system", function: "tool" };

/**
 * A request's messages for a chat template. Throws BerthError with the field's path: `unsupported` for content that is
 * no text, `invalid_request` for content that is missing or arguments that are no JSON object.
 */
export function chatMessages(messages: readonly RequestMessage[]): ChatMessage[] {
  return messages.map((message, index) => chatMessage(message, `messages[${index}]`));
}

function chatMessage(message: RequestMessage, param: string): ChatMessage {
  const { role, name, tool_calls: calls, tool_call_id: callId } = message;
  return {
    role: templateRoles[role] ?? role,
    content: contentText(message, `${param}.content`),
    ...(typeof name === "string" ? { name } : {}),
    ...(calls === null || calls === undefined || calls.length === 0
      ? {}
      : {
          tool_calls: calls.map(({ id, function: called }, index) => ({
            ...(id === undefined ? {} : { id }),
            type: "function" as const,
            function: {
              name: called.name,
              arguments: callArguments(called.arguments, `${param}.tool_calls[${index}].function.arguments`),
            },
          })),
        }),
    ...(typeof callId === "string" ? { tool_call_id: callId } : {}),
  };
}

function contentText({ role, content }: RequestMessage, param: string): string {
  if (typeof content === "string") return content;
  if (content === null || content === undefined) {
    if (role === "assistant") return "";
    throw new BerthError("invalid_request", `${param} is missing`, { param });
  }
  return content
    .map((part, index) => {
      if (part.type === "text" && part.text !== undefined) return part.text;
      if (part.type === "text")
        throw new BerthError("invalid_request", `${param}[${index}].text is missing`, {
          param: `${param}[${index}].text`,
        });
      throw new BerthError(
        "unsupported",
        `${param}[${index}] is ${part.type}, and this model reads text only`,
        {
          param: `${param}[${index}]`,
        },
      );
    })
    .join("\n");
}

function callArguments(text: string, param: string): Readonly<Record<string, unknown>> {
  let value: unknown;
  try {
    value = text.trim() === "" ? {} : (JSON.parse(text) as unknown);
  } catch (error) {
    throw new BerthError("invalid_request", `${param} is not JSON`, { param, cause: error });
  }
  if (typeof value === "object" && value !== null && !Array.isArray(value))
    return value as Readonly<Record<string, unknown>>;
  throw new BerthError("invalid_request", `${param} has to be a JSON object`, { param });
}

/** A request's tools for a chat template. */
export function toolDefinitions(tools: readonly Tool[]): ToolDefinition[] {
  return tools.map(({ function: { name, description, parameters } }) => ({
    type: "function",
    function: {
      name,
      description: description ?? "",
      parameters: parameters ?? { type: "object", properties: {} },
    },
  }));
}
