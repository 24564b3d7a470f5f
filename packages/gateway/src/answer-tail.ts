import { tokenCounts } from "./cost/said-tokens.ts";
import type { TokenCounts } from "./ports.ts";

const keptBytes = 16 * 1024;

/** The last bytes of an answer, kept as they pass by, uncopied. */
export class AnswerTail {
  readonly #pieces: Buffer[] = [];
  #bytes = 0;
  #total = 0;

  push(bytes: Buffer): void {
    this.#total += bytes.length;
    this.#pieces.push(bytes);
    this.#bytes += bytes.length;
    let first = this.#pieces[0];
    while (first !== undefined && this.#bytes - first.length >= keptBytes) {
      this.#pieces.shift();
      this.#bytes -= first.length;
      first = this.#pieces[0];
    }
  }

  /** Of all that has passed. */
  get totalBytes(): number {
    return this.#total;
  }

  text(): string {
    return Buffer.concat(this.#pieces).toString("latin1");
  }
}

/** As chats and completions say it, and as responses and messages do. */
interface SaidUsage {
  readonly prompt_tokens?: unknown;
  readonly completion_tokens?: unknown;
  readonly prompt_tokens_details?: {
    readonly cached_tokens?: unknown;
    readonly cache_write_tokens?: unknown;
  } | null;
  readonly completion_tokens_details?: { readonly reasoning_tokens?: unknown } | null;
  readonly input_tokens?: unknown;
  readonly output_tokens?: unknown;
  readonly input_tokens_details?: { readonly cached_tokens?: unknown } | null;
  readonly output_tokens_details?: { readonly reasoning_tokens?: unknown } | null;
  readonly cache_read_input_tokens?: unknown;
  readonly cache_creation_input_tokens?: unknown;
}

export const noTokens: TokenCounts = {
  inputTokens: undefined,
  outputTokens: undefined,
  cachedTokens: undefined,
  cacheWriteTokens: undefined,
  reasoningTokens: undefined,
};

/** Reads the last `"usage": {...}` in the end of an answer, streamed or not; `undefined` when there is none. */
export function readUsage(tail: string): TokenCounts | undefined {
  for (
    let at = tail.lastIndexOf('"usage"');
    at !== -1;
    at = at === 0 ? -1 : tail.lastIndexOf('"usage"', at - 1)
  ) {
    const counts = countsAt(tail, at);
    if (counts !== undefined) return counts;
  }
  return undefined;
}

function countsAt(tail: string, at: number): TokenCounts | undefined {
  const start = /^"usage"\s*:\s*\{/.exec(tail.slice(at, at + 64));
  if (start === null) return undefined;
  const open = at + start[0].length - 1;
  // details (cached, audio, reasoning tokens) are objects inside; nothing in them is a text
  let depth = 0;
  for (let end = open; end < tail.length; end += 1) {
    if (tail[end] === "{") depth += 1;
    if (tail[end] === "}") depth -= 1;
    if (depth === 0) return parseCounts(tail.slice(open, end + 1));
  }
  return undefined;
}

function parseCounts(json: string): TokenCounts | undefined {
  try {
    const usage = JSON.parse(json) as SaidUsage;
    return tokenCounts({
      input: count(usage.prompt_tokens ?? usage.input_tokens),
      output: count(usage.completion_tokens ?? usage.output_tokens),
      cached:
        count(usage.prompt_tokens_details?.cached_tokens ?? usage.input_tokens_details?.cached_tokens) ??
        count(usage.cache_read_input_tokens),
      cacheWrite:
        count(usage.prompt_tokens_details?.cache_write_tokens) ?? count(usage.cache_creation_input_tokens),
      reasoning: count(
        usage.completion_tokens_details?.reasoning_tokens ?? usage.output_tokens_details?.reasoning_tokens,
      ),
      // only Anthropic's own answers say `input_tokens` beside these
      cache: usage.prompt_tokens === undefined && saysAnthropicCache(usage) ? "beside input" : "in input",
      thought: "in output",
    });
  } catch {
    // somebody else's "usage"
    return undefined;
  }
}

function saysAnthropicCache(usage: SaidUsage): boolean {
  return usage.cache_read_input_tokens !== undefined || usage.cache_creation_input_tokens !== undefined;
}

function count(value: unknown): number | undefined {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0 ? value : undefined;
}

/** Whether a stream of server-sent events ended as OpenAI's do: with `[DONE]`, or by telling of an error. */
export function isFinishedStream(tail: string): boolean {
  const last = tail.split(/\r\n\r\n|\n\n|\r\r/).findLast((part) => /^(?:data|event):/m.test(part)) ?? "";
  return /^data: ?(?:\[DONE\]|\{\s*"error")/m.test(last) || /^event: ?error/m.test(last);
}
