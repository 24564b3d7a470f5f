import { named } from "./gemini-double-proto.ts";
import { type Fields, fields, list } from "./provider-double.ts";

/** What the Gemini API says of a request that reads well but makes no sense; undefined for none. */
export function senseless(body: Fields, requiresThoughtSignatures: boolean): string | undefined {
  const contents = turnsOf(body);
  if (contents.length === 0) return "* GenerateContentRequest.contents: contents is not specified\n";
  for (const [at, turn] of contents.entries()) {
    const where = `* GenerateContentRequest.contents[${at}]`;
    if (turn.role !== undefined && turn.role !== "user" && turn.role !== "model") {
      return "Please use a valid role: user, model.";
    }
    if (turn.parts.length === 0) return `${where}.parts: contents.parts must not be empty.\n`;
    const empty = turn.parts.findIndex((part) => Object.keys(part).length === 0);
    if (empty >= 0) {
      return `${where}.parts[${empty}].data: required oneof field 'data' must have one initialized field\n`;
    }
    const nameless = turn.parts.findIndex((part) =>
      [named(part, "functionCall"), named(part, "functionResponse")].some(
        (item) => item !== undefined && !fields(item)?.name,
      ),
    );
    if (nameless >= 0) {
      const kind =
        named(turn.parts[nameless], "functionCall") === undefined ? "function_response" : "function_call";
      return `${where}.parts[${nameless}].${kind}.name: Name cannot be empty.\n`;
    }
  }
  return (
    senselessCalls(contents, requiresThoughtSignatures) ??
    senselessConfig(fields(named(body, "generationConfig")))
  );
}

interface Turn {
  readonly role: unknown;
  readonly parts: readonly Fields[];
}

function senselessCalls(contents: readonly Turn[], requiresThoughtSignatures: boolean): string | undefined {
  const lastQuestion = contents.findLastIndex(
    (turn) => turn.role !== "model" && count(turn, "functionResponse") === 0,
  );
  for (const [at, turn] of contents.entries()) {
    const calls = count(turn, "functionCall");
    const before = contents[at - 1];
    if (calls > 0 && (before === undefined || before.role === "model")) {
      return "Please ensure that function call turn comes immediately after a user turn or after a function response turn.";
    }
    const responses = count(turn, "functionResponse");
    const awaited = before === undefined ? 0 : count(before, "functionCall");
    if (responses !== awaited) {
      return "Please ensure that the number of function response parts is equal to the number of function call parts of the function call turn.";
    }
    // of calls made at once, only the first is signed; and only the turn that is not over yet is looked at
    const first = turn.parts.find((part) => named(part, "functionCall") !== undefined);
    if (
      requiresThoughtSignatures &&
      at > lastQuestion &&
      first !== undefined &&
      named(first, "thoughtSignature") === undefined
    ) {
      const name = String(fields(named(first, "functionCall"))?.name);
      return `Function call is missing a thought_signature in functionCall parts. This is required for tools to work correctly, and missing thought_signature may lead to degraded model performance. Additional data, function call \`default_api:${name}\` , position ${at + 1}.`;
    }
  }
  return undefined;
}

function senselessConfig(config: Fields | undefined): string | undefined {
  const where = "* GenerateContentRequest.generation_config";
  const temperature = Number(named(config, "temperature") ?? 1);
  if (temperature < 0 || temperature > 2) {
    return `${where}.temperature: temperature must be in the range [0.0, 2.0].\n`;
  }
  if (Number(named(config, "maxOutputTokens") ?? 1) <= 0) {
    return `${where}.max_output_tokens: max_output_tokens must be positive.\n`;
  }
  // documented: up to five
  return (list(named(config, "stopSequences")) ?? []).length > 5
    ? "Request contains an invalid argument."
    : undefined;
}

function count(turn: Turn, kind: "functionCall" | "functionResponse"): number {
  return turn.parts.filter((part) => named(part, kind) !== undefined).length;
}

/** The turns of a request, one content alone counting as a list of one. */
export function turnsOf(body: Fields): Turn[] {
  const contents = body.contents ?? [];
  return (list(contents) ?? [contents]).map((item) => turnOf(fields(item)));
}

export function turnOf(content: Fields | undefined): Turn {
  const parts = content?.parts ?? [];
  return { role: content?.role, parts: (list(parts) ?? [parts]).map((part) => fields(part) ?? {}) };
}

export function textOf(turn: Turn): string {
  return turn.parts
    .map((part) => part.text ?? JSON.stringify(fields(named(part, "functionResponse"))?.response))
    .filter((text) => typeof text === "string")
    .join(" ");
}
