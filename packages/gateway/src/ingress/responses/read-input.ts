import { invalid, said, type Fields } from "../fields.ts";

/** Items of a conversation as messages: thoughts, words and calls that follow each other are one message of the model. */
export function readInput(fields: Fields): readonly object[] {
  const input = fields.any("input");
  if (input === undefined) throw invalid("input", "is missing");
  if (typeof input === "string") return [{ role: "user", content: input }];
  const messages: object[] = [];
  let turn = new Turn();
  const endTurn = (): void => {
    if (!turn.isEmpty) messages.push(turn.message());
    turn = new Turn();
  };
  fields.objects("input", (item) => {
    const read = readItem(item);
    if (read.kind === "message") {
      endTurn();
      messages.push(read.message);
      return;
    }
    if (!turn.takes(read)) endTurn();
    turn.add(read);
  });
  endTurn();
  if (messages.length === 0) throw invalid("input", "must hold at least one item");
  return messages;
}

type Item = { readonly kind: "message"; readonly message: object } | OfTurn;

/** Something of the model's turn. */
type OfTurn =
  | { readonly kind: "thought"; readonly text: string }
  | { readonly kind: "words"; readonly content: unknown }
  | { readonly kind: "call"; readonly call: object };

/** What a model thinks first, says then, and calls last. */
class Turn {
  readonly #thoughts: string[] = [];
  readonly #calls: object[] = [];
  #content: unknown;

  get isEmpty(): boolean {
    return this.#thoughts.length === 0 && this.#calls.length === 0 && this.#content === undefined;
  }

  takes({ kind }: OfTurn): boolean {
    return kind === "call" || (this.#content === undefined && this.#calls.length === 0);
  }

  add(item: OfTurn): void {
    switch (item.kind) {
      case "thought":
        if (item.text !== "") this.#thoughts.push(item.text);
        return;
      case "words":
        this.#content = item.content;
        return;
      case "call":
        this.#calls.push(item.call);
    }
  }

  message(): object {
    return said({
      role: "assistant",
      content: this.#content,
      reasoning_content: this.#thoughts.length === 0 ? undefined : this.#thoughts.join("\n"),
      tool_calls: this.#calls.length === 0 ? undefined : this.#calls,
    });
  }
}

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
      return { kind: "call", call: { id, type: "function", function: call } };
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
  const content = readContent(item, "content");
  item.done();
  if (role === "assistant") return { kind: "words", content };
  return { kind: "message", message: { role, content } };
}

function readReasoning(item: Fields): Item {
  if (item.any("encrypted_content") !== undefined) {
    item.refuse("encrypted_content", "can be read by nobody but who has written it");
  }
  item.without("id", "status");
  const texts = [...item.objects("summary", readThought), ...item.objects("content", readThought)];
  item.done();
  return { kind: "thought", text: texts.join("\n") };
}

function readThought(part: Fields): string {
  part.optionalOneOf("type", ["summary_text", "reasoning_text", "text"]);
  const text = part.text("text");
  part.done();
  return text;
}

function readContent(item: Fields, name: string): string | readonly object[] {
  const whole = item.any(name);
  if (typeof whole === "string") return whole;
  const parts = item.objects(name, readPart);
  const [first, ...others] = parts;
  return first?.type === "text" && others.length === 0 ? first.text : parts;
}

type Part =
  | { readonly type: "text"; readonly text: string }
  | { readonly type: "image_url"; readonly image_url: object }
  | { readonly type: "refusal"; readonly refusal: string };

function readPart(part: Fields): Part {
  const read = readPartOf(part, part.text("type"));
  // where an answer has its words from, and how sure it was of them, is told of answers alone
  part.without("annotations", "logprobs");
  part.done();
  return read;
}

function readPartOf(part: Fields, type: string): Part {
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
