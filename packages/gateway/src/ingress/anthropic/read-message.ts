import { invalid, said, type Fields } from "../fields.ts";
import { contentOf, readContent, readPart, type ContentPart } from "./read-content.ts";

/** One message as one or several of OpenAI's: results of tools are messages of their own there. */
export function readMessage(message: Fields, role: string): readonly object[] {
  const content = message.any("content");
  message.done();
  if (content === undefined || (Array.isArray(content) && content.length === 0))
    throw invalid(message.at("content"), "must hold something");
  const author = known(message, role);
  if (typeof content === "string") return [{ role: author, content }];
  switch (author) {
    case "user":
      return userMessages(message);
    case "assistant":
      return [assistantMessage(message)];
    case "system":
      return [{ role: author, content: readContent(message, "content", ["text"]) }];
  }
}

function known(message: Fields, role: string): "user" | "assistant" | "system" {
  if (role === "user" || role === "assistant" || role === "system") return role;
  return message.refuse("role", "must be `user` or `assistant`");
}

function userMessages(message: Fields): readonly object[] {
  const results: object[] = [];
  const parts: ContentPart[] = [];
  message.objects("content", (block) => {
    const type = block.text("type");
    if (type === "tool_result") results.push(toolMessage(block));
    else if (type === "text" || type === "image") parts.push(readPart(block, type));
    else block.refuse("type", `cannot be \`${type}\` for this model`);
  });
  return parts.length === 0 ? results : [...results, { role: "user", content: contentOf(parts) }];
}

function toolMessage(block: Fields): object {
  block.without("type", "cache_control");
  const id = block.text("tool_use_id");
  const content = readContent(block, "content", ["text", "image"]);
  const isError = block.optionalBoolean("is_error") ?? false;
  block.done();
  return { role: "tool", tool_call_id: id, content: isError ? asError(content) : content };
}

/** OpenAI has no sign for it; the model can be told in words. */
function asError(content: string | readonly object[]): string | readonly object[] {
  return typeof content === "string" ? `Error: ${content}` : [{ type: "text", text: "Error:" }, ...content];
}

function assistantMessage(message: Fields): object {
  const parts: ContentPart[] = [];
  const calls: object[] = [];
  let thoughts = "";
  message.objects("content", (block) => {
    const type = block.text("type");
    switch (type) {
      case "text":
        parts.push(readPart(block, type));
        break;
      case "thinking":
        thoughts += block.text("thinking");
        block.without("signature");
        block.done();
        break;
      case "tool_use":
        calls.push(toolCall(block));
        break;
      default:
        block.refuse("type", `cannot be \`${type}\` for this model`);
    }
  });
  return said({
    role: "assistant",
    content: parts.length === 0 ? null : contentOf(parts),
    reasoning_content: thoughts === "" ? undefined : thoughts,
    tool_calls: calls.length === 0 ? undefined : calls,
  });
}

function toolCall(block: Fields): object {
  block.without("type", "cache_control", "caller");
  const id = block.text("id");
  const name = block.text("name");
  const input = block.optionalRecord("input") ?? {};
  block.done();
  return { id, type: "function", function: { name, arguments: JSON.stringify(input) } };
}
