import { BerthError } from "@berth/api";

/**
 * What the schemas of one request may ask for together. llama.cpp reads a grammar, and holds every token against it,
 * while the answers of all other callers wait: 2 million repetitions take it 13 s, 20,000 alternatives 2 s a token.
 */
const most = {
  alternatives: 1_000,
  properties: 1_000,
  repetitions: 50_000,
} as const;
const mostNested = 100;
/** Names and constants too are read letter by letter. */
export const mostGrammarChars = 256 * 1024;

const words: Readonly<Record<keyof typeof most, string>> = {
  alternatives: "values and alternatives",
  properties: "properties",
  repetitions: "repetitions (lengths and counts added up)",
};

/** Counts what schemas ask for. Throws BerthError `invalid_request` that names the place where it becomes too much. */
export class GrammarBudget {
  readonly #spent = { alternatives: 0, properties: 0, repetitions: 0 };
  #depth = 0;

  spend(what: keyof typeof most, count: number, param: string): void {
    this.#spent[what] += count;
    if (this.#spent[what] > most[what])
      throw tooMuch(param, `the schemas of a request may hold ${most[what]} ${words[what]}, and no more`);
  }

  /** Runs `read` one level deeper. */
  nested<T>(param: string, read: () => T): T {
    if (this.#depth >= mostNested)
      throw tooMuch(
        param.slice(0, 200),
        `schemas and constants may be nested ${mostNested} deep, and no more`,
      );
    this.#depth += 1;
    try {
      return read();
    } finally {
      this.#depth -= 1;
    }
  }
}

function tooMuch(param: string, message: string): BerthError {
  return new BerthError("invalid_request", `${param}: ${message}`, { param });
}
