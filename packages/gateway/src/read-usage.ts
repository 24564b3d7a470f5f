import { tokenCounts } from "./cost/said-tokens.ts";
import type { TokenCounts } from "./ports.ts";

/** As chats and completions say it, and as responses and messages do. */
interface SaidUsage {
  readonly prompt_tokens?: unknown;
  readonly completion_tokens?: unknown;
  readonly prompt_tokens_details?: {
    readonly cached_tokens?: unknown;
    readonly cache_write_tokens?: unknown;
  } | null;
  readonly completion_tokens_details?: { readonly reasoning_tokens?: unknown } | null;
  readonly total_tokens?: unknown;
  readonly input_tokens?: unknown;
  readonly output_tokens?: unknown;
  readonly input_tokens_details?: { readonly cached_tokens?: unknown } | null;
  readonly output_tokens_details?: {
    readonly reasoning_tokens?: unknown;
    readonly thinking_tokens?: unknown;
  } | null;
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

/**
 * Reads the last `"usage": {...}` in the end of an answer, streamed or not, or what Ollama and TGI say in its place;
 * `undefined` when there is none. `head`: the beginning of the same answer. One that is an object may tell there what it
 * has used, before much else. A message of Anthropic's says there what it has read, and at its end what it has written,
 * which is not known when it breaks off.
 */
export function readUsage(tail: string, head = ""): TokenCounts | undefined {
  if (!/^event: ?message_start\r?\n/m.test(head)) {
    const told = saidIn(tail);
    return told === undefined && /^\s*[[{]/.test(head) ? saidIn(head) : told;
  }
  const end = tail.lastIndexOf("event: message_delta");
  const written = end === -1 ? undefined : lastUsage(tail.slice(end));
  const told = Object.entries(written ?? { output_tokens: undefined }).filter(([, value]) => value !== null);
  // of a short message, the beginning holds the end, too
  const [start = ""] = head.split("event: message_delta", 1);
  return countsOf({ ...lastUsage(start), ...(Object.fromEntries(told) as SaidUsage) });
}

function saidIn(text: string): TokenCounts | undefined {
  const usage = lastUsage(text);
  return usage === undefined ? nativeCounts(text) : countsOf(usage);
}

/** As Ollama says it at the end of its last line, and TGI in the `details` of its answer or its last event. */
function nativeCounts(tail: string): TokenCounts | undefined {
  const inputTokens = lastCount(tail, "prompt_eval_count") ?? lastCount(tail, "input_length");
  const outputTokens = lastCount(tail, "eval_count") ?? lastCount(tail, "generated_tokens");
  if (inputTokens === undefined && outputTokens === undefined) return undefined;
  return { ...noTokens, inputTokens, outputTokens };
}

/** In a text of JSON no quote is without its backslash: what is found is a key. */
function lastCount(text: string, key: string): number | undefined {
  const at = text.lastIndexOf(`"${key}"`);
  const said = at === -1 ? null : /^"\w+"\s*:\s*(\d+)/.exec(text.slice(at, at + 64));
  return said === null ? undefined : count(Number(said[1]));
}

function lastUsage(text: string): SaidUsage | undefined {
  for (
    let at = text.lastIndexOf('"usage"');
    at !== -1;
    at = at === 0 ? -1 : text.lastIndexOf('"usage"', at - 1)
  ) {
    const usage = usageAt(text, at);
    if (usage !== undefined) return usage;
  }
  return undefined;
}

function usageAt(text: string, at: number): SaidUsage | undefined {
  const start = /^"usage"\s*:\s*\{/.exec(text.slice(at, at + 64));
  if (start === null) return undefined;
  const open = at + start[0].length - 1;
  // details (cached, audio, reasoning tokens) are objects inside; nothing in them is a text
  let depth = 0;
  for (let end = open; end < text.length; end += 1) {
    if (text[end] === "{") depth += 1;
    if (text[end] === "}") depth -= 1;
    if (depth === 0) return parseUsage(text.slice(open, end + 1));
  }
  return undefined;
}

function parseUsage(json: string): SaidUsage | undefined {
  try {
    return JSON.parse(json) as SaidUsage;
  } catch {
    // somebody else's "usage"
    return undefined;
  }
}

function countsOf(usage: SaidUsage): TokenCounts {
  const outputDetails = usage.output_tokens_details;
  const output = count(usage.completion_tokens ?? usage.output_tokens);
  return tokenCounts({
    // ranks and some embeddings tell only what they come to
    input: count(
      usage.prompt_tokens ?? usage.input_tokens ?? (output === undefined ? usage.total_tokens : undefined),
    ),
    output,
    cached:
      count(usage.prompt_tokens_details?.cached_tokens ?? usage.input_tokens_details?.cached_tokens) ??
      count(usage.cache_read_input_tokens),
    cacheWrite:
      count(usage.prompt_tokens_details?.cache_write_tokens) ?? count(usage.cache_creation_input_tokens),
    reasoning: count(
      usage.completion_tokens_details?.reasoning_tokens ??
        outputDetails?.reasoning_tokens ??
        outputDetails?.thinking_tokens,
    ),
    // only Anthropic's own answers say `input_tokens` beside these
    cache: usage.prompt_tokens === undefined && saysAnthropicCache(usage) ? "beside input" : "in input",
    thought: "in output",
  });
}

function saysAnthropicCache(usage: SaidUsage): boolean {
  return usage.cache_read_input_tokens !== undefined || usage.cache_creation_input_tokens !== undefined;
}

function count(value: unknown): number | undefined {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0 ? value : undefined;
}
