/** How long a piece of a prompt may take: a caller who leaves is noticed between pieces. */
const targetMs = 50;
const leastTokens = 16;
/** How much one measurement counts against those before it. */
const weight = 0.4;

/** Learns how fast prompts are read on this machine, and from it how many tokens to read at once. */
export class PromptPace {
  readonly #mostTokens: number;
  #tokensPerMs: number | undefined;

  constructor(mostTokens: number) {
    this.#mostTokens = mostTokens;
  }

  measured(tokens: number, elapsedMs: number): void {
    const now = tokens / Math.max(elapsedMs, 0.1);
    this.#tokensPerMs =
      this.#tokensPerMs === undefined ? now : this.#tokensPerMs * (1 - weight) + now * weight;
  }

  get pieceTokens(): number {
    const fitting = Math.floor((this.#tokensPerMs ?? 1) * targetMs);
    return Math.min(this.#mostTokens, Math.max(leastTokens, fitting));
  }
}
