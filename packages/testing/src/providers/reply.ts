/** What the model behind a double says. What is left out is as plain as it can be. */
export interface Reply {
  /** Without it, the last user message is echoed; with tool calls, nothing is said. */
  readonly text?: string;
  readonly reasoning?: string;
  readonly toolCalls?: readonly ToolCall[];
  /**
   * The model breaks after so many tokens, in the provider's own way: of text, or where the wire does not part them, of
   * thoughts and text. An answer that is not streamed is then an error.
   */
  readonly breaksAfterTokens?: number;
}

export interface ToolCall {
  /** Providers that give calls no id leave it out. */
  readonly id: string;
  readonly name: string;
  readonly arguments: Readonly<Record<string, unknown>>;
}

/** The words of a text, each with the space before it; joined they are the text. Every double counts tokens so. */
export function tokensOf(text: string): string[] {
  return text.match(/\s*\S+(?:\s+$)?|\s+/g) ?? [];
}

/** What is said back when nothing else was asked for. */
export function echo(text: string): string {
  return `echo: ${text}`;
}

export interface GenerateLimits {
  readonly maxTokens: number | undefined;
  readonly stop: readonly string[];
  /** Servers differ in how much of a stop sequence they give back. */
  readonly keepsOfStop: "nothing" | "all" | "all but its last token";
}

export interface Generated {
  readonly text: string;
  readonly tokens: readonly string[];
  readonly end: "end" | "length" | "stop";
  readonly stopSequence: string | undefined;
}

/** The text as far as the limits let it come: to the stop sequence that is complete first, then to the most tokens. */
export function generate(text: string, limits: GenerateLimits): Generated {
  const found = limits.stop
    .filter((sequence) => sequence !== "" && text.includes(sequence))
    .toSorted((a, b) => text.indexOf(a) + a.length - (text.indexOf(b) + b.length))[0];
  const cut = found === undefined ? text : text.slice(0, text.indexOf(found)) + kept(found, limits);
  const tokens = tokensOf(cut);
  const most = limits.maxTokens;
  if (most !== undefined && tokens.length > most) {
    const few = tokens.slice(0, most);
    return { text: few.join(""), tokens: few, end: "length", stopSequence: undefined };
  }
  return { text: cut, tokens, end: found === undefined ? "end" : "stop", stopSequence: found };
}

function kept(sequence: string, limits: GenerateLimits): string {
  switch (limits.keepsOfStop) {
    case "nothing":
      return "";
    case "all":
      return sequence;
    case "all but its last token":
      return (sequence.match(/\w+|\W+/g) ?? []).slice(0, -1).join("");
  }
}

/** Numbers that depend on the text alone, of length 1 together. */
export function embeddingOf(text: string, dimensions: number): number[] {
  const raw = Array.from({ length: dimensions }, (_, at) => {
    let sum = at + 1;
    for (const letter of text) sum = (sum * 31 + (letter.codePointAt(0) ?? 0)) % 9973;
    return sum / 9973 - 0.5;
  });
  const length = Math.hypot(...raw);
  return raw.map((value) => value / length);
}

/** How much of the query's words a text holds, between 0 and 1: what a reranking double judges by. */
export function relevance(query: string, text: string): number {
  const words = new Set(text.toLowerCase().match(/\w+/g));
  const asked = query.toLowerCase().match(/\w+/g) ?? [];
  return asked.filter((word) => words.has(word)).length / Math.max(1, asked.length);
}
