import { said, type Fields } from "../fields.ts";
import { OpenCalls } from "./open-calls.ts";

/** A conversation as Ollama has it. Calls without an id get one, and what tools say belongs to the earliest open call. */
export function readMessages(fields: Fields): readonly object[] {
  const open = new OpenCalls();
  let calls = 0;
  return fields.objects("messages", (message) => {
    const role = message.oneOf("role", ["system", "user", "assistant", "tool"]);
    const content = contentWith(message, message.optionalText("content") ?? "");
    const thinking = message.optionalText("thinking");
    const called = message.objects("tool_calls", (call) => {
      call.without("type");
      const id = call.optionalText("id") ?? `call_${calls}`;
      calls += 1;
      const made = readCall(call);
      open.add(id, made.name);
      return { id, type: "function", function: made };
    });
    const answers = role === "tool" ? answered(message, open) : undefined;
    message.done();
    return said({
      role,
      content,
      reasoning_content: thinking === "" ? undefined : thinking,
      tool_calls: called.length === 0 ? undefined : called,
      tool_call_id: answers,
    });
  });
}

function readCall(call: Fields): { readonly name: string; readonly arguments: string } {
  const made = call.object("function");
  made.without("index", "description");
  const name = made.text("name");
  const written = JSON.stringify(made.optionalRecord("arguments") ?? {});
  made.done();
  call.done();
  return { name, arguments: written };
}

function answered(message: Fields, open: OpenCalls): string {
  const id = message.optionalText("tool_call_id");
  const name = message.optionalText("tool_name") ?? message.optionalText("name");
  message.without("name");
  if (id !== undefined) {
    open.close(id);
    return id;
  }
  return open.closeEarliest(name) ?? message.refuse("tool_name", "names no tool that was called before");
}

/** Images come as base64 alone; their first bytes tell what they are. */
export function contentWith(fields: Fields, text: string): string | readonly object[] {
  const images = fields.optionalTexts("images") ?? [];
  if (images.length === 0) return text;
  return [
    ...(text === "" ? [] : [{ type: "text", text }]),
    ...images.map((data) => ({
      type: "image_url",
      image_url: { url: `data:${imageType(data)};base64,${data}` },
    })),
  ];
}

function imageType(data: string): string {
  if (data.startsWith("iVBOR")) return "image/png";
  if (data.startsWith("R0lGOD")) return "image/gif";
  if (data.startsWith("UklGR")) return "image/webp";
  return "image/jpeg";
}
