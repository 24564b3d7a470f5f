import { untranslatable } from "../require-translatable.ts";
import type { ReasoningEffort } from "../reasoning-effort.ts";

/** What of a Messages request says how much is thought. */
export interface ThinkingFields {
  readonly thinking?: Readonly<Record<string, unknown>>;
  readonly effort?: string;
  /** Tokens of it that count into `max_tokens`. */
  readonly budgetTokens: number;
}

const budgets = { minimal: 1024, low: 1024, medium: 8192, high: 24_576, xhigh: 32_768 } as const;
const leastBudget = 1024;

/**
 * Models before Claude 4.6 think within a budget of tokens, those since then as they see fit, by an effort; each refuses
 * the other's words (as of 2026-11). `maxTokens`: what the caller allows for thoughts and answer together.
 */
export function thinkingFields(
  effort: ReasoningEffort | undefined,
  model: string,
  maxTokens: number | undefined,
): ThinkingFields {
  if (effort === undefined) return { budgetTokens: 0 };
  const version = claudeVersion(model);
  if (effort === "none") {
    // thinks by itself only since version 5; who does not, need not be told, and some must not be
    return version < 5 ? { budgetTokens: 0 } : { thinking: { type: "disabled" }, budgetTokens: 0 };
  }
  if (version >= 4.6) {
    const thinking = { type: "adaptive", display: "summarized" };
    return { thinking, effort: effort === "minimal" ? "low" : effort, budgetTokens: 0 };
  }
  if (maxTokens !== undefined && maxTokens <= leastBudget) {
    const why = `this model thinks with at least ${leastBudget} tokens, and max_tokens leaves it ${maxTokens}`;
    throw untranslatable("reasoning_effort", "Anthropic", why);
  }
  const room = maxTokens === undefined ? Infinity : Math.max(leastBudget, Math.floor(maxTokens / 2));
  const budgetTokens = Math.min(budgets[effort], room);
  return { thinking: { type: "enabled", budget_tokens: budgetTokens }, budgetTokens };
}

/** `claude-opus-4-7` is 4.7, `claude-3-5-haiku-20241022` 3.5. A name without a number is taken for a new one. */
function claudeVersion(model: string): number {
  const [, major, minor = "0"] = /(?:^|-)(\d)(?:[-.](\d)(?!\d))?(?!\d)/.exec(model) ?? [];
  return major === undefined ? Infinity : Number(`${major}.${minor}`);
}
