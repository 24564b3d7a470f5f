import { BerthError } from "@berth/api";
import { GrammarBudget, mostGrammarChars } from "./grammar-budget.ts";

/** Pieces of GBNF, llama.cpp's grammar notation, for JSON as models write it: one space after commas and colons at most, or indented. */

/** The text itself, as a GBNF literal. */
export function literal(text: string): string {
  const escaped = text
    .replaceAll("\\", "\\\\")
    .replaceAll('"', '\\"')
    .replaceAll("\n", "\\n")
    .replaceAll("\r", "\\r")
    .replaceAll("\t", "\\t");
  return `"${escaped}"`;
}

/** Rules that others are made of. */
export const jsonRules = {
  ws: '[ ]? | "\\n" [ \\t]{0,20}',
  char: '[^"\\\\\\x7F\\x00-\\x1F] | "\\\\" (["\\\\/bfnrt] | "u" [0-9a-fA-F]{4})',
  string: '"\\"" char* "\\""',
  integer: '"-"? ("0" | [1-9] [0-9]{0,15})',
  number: 'integer ("." [0-9]{1,15})? ([eE] [-+]? [0-9]{1,3})?',
  boolean: '"true" | "false"',
  null: '"null"',
  value: "object | array | string | number | boolean | null",
  object: '"{" ws (string ":" ws value ("," ws string ":" ws value)*)? ws "}"',
  array: '"[" ws (value ("," ws value)*)? ws "]"',
  date: '[0-9]{4} "-" ("0" [1-9] | "1" [0-2]) "-" ("0" [1-9] | [12] [0-9] | "3" [01])',
  time: '([01] [0-9] | "2" [0-3]) ":" [0-5] [0-9] ":" [0-5] [0-9] ("." [0-9]{1,6})? ("Z" | [+-] [0-2] [0-9] ":" [0-5] [0-9])',
  uuid: '[0-9a-f]{8} "-" [0-9a-f]{4} "-" [0-9a-f]{4} "-" [0-9a-f]{4} "-" [0-9a-f]{12}',
} as const;

/** A grammar in the making: rules with names of their own, and the JSON rules below them. */
export class GrammarDraft {
  readonly budget = new GrammarBudget();
  readonly #rules = new Map<string, string>();
  #count = 0;

  /** Gives a body a name that stands for it. */
  rule(body: string, hint = "r"): string {
    const name = `${hint}-${this.#count++}`;
    this.#rules.set(name, body);
    return name;
  }

  /** A name for a body that is not known yet, so that it may mention itself. */
  declare(hint: string): { readonly name: string; readonly define: (body: string) => void } {
    const name = `${hint}-${this.#count++}`;
    return { name, define: (body) => void this.#rules.set(name, body) };
  }

  /** The whole grammar; answers follow `root`. Throws BerthError `invalid_request` when it is too long. */
  toText(root: string): string {
    const own = [...this.#rules].map(([name, body]) => `${name} ::= ${body}`);
    const json = Object.entries(jsonRules).map(([name, body]) => `${name} ::= ${body}`);
    const text = [`root ::= ${root}`, ...own, ...json].join("\n");
    if (text.length <= mostGrammarChars) return text;
    throw new BerthError(
      "invalid_request",
      `the schemas make a grammar of ${text.length} characters; ${mostGrammarChars} are read: use fewer or shorter names and values`,
    );
  }
}
