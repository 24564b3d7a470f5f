import type { LlamaModel, Token } from "./llama-module.ts";

const replacement = "\uFFFD";
/** A character takes four bytes at most, and a token holds one or more: longer than this, the bytes are simply wrong. */
const mostHeldTokens = 6;

/** A model's tokens as text, each looked up once. Special tokens have none, except `shown` ones. */
export class TokenText {
  readonly #model: LlamaModel;
  readonly #shown: ReadonlySet<Token>;
  readonly #texts: (string | undefined)[] = [];
  readonly #anchor: readonly Token[];

  constructor(model: LlamaModel, shown: ReadonlySet<Token> = new Set()) {
    this.#model = model;
    this.#shown = shown;
    // some tokenizers drop the first token's leading space: no token is ever decoded first
    this.#anchor = model.tokenize("a", false).slice(-1);
  }

  /** The token alone; bytes that are no character by themselves become U+FFFD. */
  of(token: Token): string {
    return (this.#texts[token] ??= this.join([token]));
  }

  /** The tokens together. */
  join(tokens: readonly Token[]): string {
    const special = tokens.some((token) => this.#shown.has(token));
    return this.#model.detokenize(tokens, special, this.#anchor);
  }
}

/** Tokens in, whole characters out: what is not yet a character is held back, so invalid UTF-8 is never emitted. */
export class TextStream {
  readonly #tokens: TokenText;
  #held: Token[] = [];

  constructor(tokens: TokenText) {
    this.#tokens = tokens;
  }

  /** The text that is certain with this token; often empty. */
  push(token: Token): string {
    if (this.#held.length === 0) {
      const text = this.#tokens.of(token);
      if (!text.endsWith(replacement)) return text;
      this.#held = [token];
      return "";
    }
    this.#held.push(token);
    const text = this.#tokens.join(this.#held);
    if (text.endsWith(replacement) && this.#held.length < mostHeldTokens) return "";
    this.#held = [];
    return text;
  }

  /** What was held back, without the unfinished character at its end. */
  end(): string {
    const text = this.#held.length === 0 ? "" : this.#tokens.join(this.#held);
    this.#held = [];
    let end = text.length;
    while (text[end - 1] === replacement) end--;
    return text.slice(0, end);
  }
}
