import { BerthError } from "@berth/api";
import type { Llama, LlamaGrammar } from "./llama-module.ts";

const mostGrammars = 64;

/** Compiled grammars by their text; the least recently used go first. */
export class GrammarCache {
  readonly #llama: Llama;
  readonly #grammars = new Map<string, LlamaGrammar>();

  constructor(llama: Llama) {
    this.#llama = llama;
  }

  /** Throws BerthError `invalid_request` for a grammar that cannot be read. */
  async get(text: string): Promise<LlamaGrammar> {
    const known = this.#grammars.get(text);
    const grammar = known ?? (await this.#compile(text));
    this.#grammars.delete(text);
    this.#grammars.set(text, grammar);
    const oldest = this.#grammars.keys().next().value;
    if (this.#grammars.size > mostGrammars && oldest !== undefined) this.#grammars.delete(oldest);
    return grammar;
  }

  async #compile(text: string): Promise<LlamaGrammar> {
    try {
      return await this.#llama.createGrammar({ grammar: text });
    } catch (error) {
      throw new BerthError("invalid_request", "the grammar that the answer has to follow cannot be read", {
        param: "response_format",
        cause: error,
      });
    }
  }
}
