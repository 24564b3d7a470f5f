/** A call as a model meant it. */
export interface ToolCall {
  readonly name: string;
  /** JSON, as OpenAI's clients expect it. */
  readonly arguments: string;
}

/**
 * Reads what stands between a call's marks: one object or a list of them with `name` and `arguments` or `parameters`,
 * several with semicolons between them, or `name[ARGS]{...}`. `null` when it is none of these: then it was just text.
 */
export function readToolCalls(body: string): readonly ToolCall[] | null {
  const text = body.trim();
  const named = /^([\w.-]+)\s*\[ARGS\]\s*(\{.*\})$/s.exec(text);
  if (named?.[1] !== undefined && named[2] !== undefined) {
    const value = parse(named[2]);
    return value === undefined ? null : [{ name: named[1], arguments: JSON.stringify(value) }];
  }
  const values = parseAll(text);
  if (values === null || values.length === 0) return null;
  const calls = values.map(callOf);
  return calls.every((call) => call !== null) ? calls : null;
}

function parseAll(text: string): readonly unknown[] | null {
  const whole = parse(text);
  if (whole !== undefined) return Array.isArray(whole) ? (whole as unknown[]) : [whole];
  const parts = text.split(/;\s*(?=\{)/).map(parse);
  return parts.length > 1 && parts.every((part) => part !== undefined) ? parts : null;
}

function callOf(value: unknown): ToolCall | null {
  if (typeof value !== "object" || value === null) return null;
  const { name, arguments: given, parameters } = value as Readonly<Record<string, unknown>>;
  if (typeof name !== "string" || name === "") return null;
  const input = given ?? parameters ?? {};
  if (typeof input === "string") return parse(input) === undefined ? null : { name, arguments: input };
  return typeof input === "object" ? { name, arguments: JSON.stringify(input) } : null;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
