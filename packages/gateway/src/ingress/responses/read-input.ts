import { invalid, said, type Fields } from "../fields.ts";

interface ChatMessage {
  readonly role: string;
  readonly content?: unknown;
  readonly reasoning_content?: string | undefined;
  readonly tool_calls?: readonly object[] | undefined;
  readonly tool_call_id?: string;
}

/** Items of a conversation as messages: thoughts, words and calls that follow each other are one message of the model. */
export function readInput(fields: Fields): readonly object[] {
  const input = fields.any("input");
  if (input === undefined) throw invalid("input", "is missing");
  if (typeof input === "string") return [{ role: "user", content: input }];
  const messages: ChatMessage[] = [];
  let turn: ChatMessage | undefined;
  const endTurn = (): void => {
    if (turn !== undefined) messages.push(said(turn) as ChatMessage);
    turn = undefined;
  };
  for (const item of fields.objects("input")) {
    const read = readItem(item);
    if (read.kind === "turn") {
      if (turn !== undefined && startsAnother(turn, read.of)) endTurn();
      turn = joined(turn, read.of);
    } else {
      endTurn();
      messages.push(read.message);
    }
  }
  endTurn();
  if (messages.length === 0) throw invalid("input", "must hold at least one item");
  return messages;
}

type Item =
  | { readonly kind: "message"; readonly message: ChatMessage }
  /** Something of the model's turn. */
  | { readonly kind: "turn"; readonly of: Omit<ChatMessage, "role"> };

function readItem(item: Fields): Item {
  const type = item.optionalText("type") ?? "message";
  switch (type) {
    case "message":
      return readMessage(item);
    case "function_call": {
      item.without("id", "status", "caller", "created_by", "async");
      const call = { name: item.text("name"), arguments: item.text("arguments") };
      const id = item.text("call_id");
      item.done();
      return { kind: "turn", of: { tool_calls: [{ id, type: "function", function: call }] } };
    }
    case "function_call_output": {
      item.without("id", "status", "caller", "name", "created_by");
      const message = {
        role: "tool",
        tool_call_id: item.text("call_id"),
        content: readContent(item, "output"),
      };
      item.done();
      return { kind: "message", message };
    }
    case "reasoning":
      return readReasoning(item);
    case "item_reference":
      return item.refuse(
        "type",
        "cannot be `item_reference`: nothing is kept here between requests; send the item itself",
      );
  }
  return item.refuse("type", `cannot be \`${type}\` for this model`);
}

function readMessage(item: Fields): Item {
  item.without("id", "status", "phase");
  const role = item.oneOf("role", ["user", "assistant", "system", "developer"]);
  if (role === undefined) throw invalid(item.at("role"), "is missing");
  const content = readContent(item, "content");
  item.done();
  if (role === "assistant") return { kind: "turn", of: { content } };
  return { kind: "message", message: { role, content } };
}

function readReasoning(item: Fields): Item {
  if (item.any("encrypted_content") !== undefined) {
    item.refuse("encrypted_content", "can be read by nobody but who has written it");
  }
  item.without("id", "status");
  const parts = [...item.objects("summary"), ...item.objects("content")];
  item.done();
  const text = parts.map((part) => part.text("text")).join("\n");
  return { kind: "turn", of: text === "" ? {} : { reasoning_content: text } };
}

function readContent(item: Fields, name: string): string | readonly object[] {
  const whole = item.any(name);
  if (typeof whole === "string") return whole;
  const parts = item.objects(name).map(readPart);
  const [first, ...others] = parts;
  return first?.type === "text" && others.length === 0 ? first.text : parts;
}

type Part =
  | { readonly type: "text"; readonly text: string }
  | { readonly type: "image_url"; readonly image_url: object }
  | { readonly type: "refusal"; readonly refusal: string };

function readPart(part: Fields): Part {
  const type = part.text("type");
  switch (type) {
    case "input_text":
    case "output_text":
      return { type: "text", text: part.text("text") };
    case "refusal":
      return { type, refusal: part.text("refusal") };
    case "input_image": {
      if (part.any("file_id") !== undefined) part.refuse("file_id", "cannot be read here; send image_url");
      const detail = part.optionalText("detail");
      const url = part.text("image_url");
      return { type: "image_url", image_url: said({ url, detail }) };
    }
  }
  return part.refuse("type", `cannot be \`${type}\` for this model`);
}

/** A model thinks first, speaks then, and calls last. */
function startsAnother(turn: Omit<ChatMessage, "role">, next: Omit<ChatMessage, "role">): boolean {
  if (next.tool_calls !== undefined) return false;
  if (next.content !== undefined) return turn.content !== undefined || turn.tool_calls !== undefined;
  return turn.content !== undefined || turn.tool_calls !== undefined;
}

function joined(turn: ChatMessage | undefined, more: Omit<ChatMessage, "role">): ChatMessage {
  const calls = [...(turn?.tool_calls ?? []), ...(more.tool_calls ?? [])];
  const thoughts = [turn?.reasoning_content, more.reasoning_content].filter((text) => text !== undefined);
  return {
    role: "assistant",
    content: more.content ?? turn?.content ?? undefined,
    reasoning_content: thoughts.length === 0 ? undefined : thoughts.join("\n"),
    tool_calls: calls.length === 0 ? undefined : calls,
  };
}
