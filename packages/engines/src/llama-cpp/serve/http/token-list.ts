import { BerthError } from "@berth/api";
import type { LlamaHost } from "../core/host.ts";
import type { Token } from "../core/llama-module.ts";

/** Numbers a client sent for tokens. Throws BerthError `invalid_request` that names the first one the model has not. */
export function tokenList(host: LlamaHost, numbers: readonly number[], param: string): Token[] {
  const { vocabularySize } = host.facts;
  return numbers.map((number, index) => {
    if (number < 0 || number >= vocabularySize)
      throw new BerthError(
        "invalid_request",
        `${param}[${index}] is ${number}; this model's tokens are 0 to ${vocabularySize - 1}`,
        {
          param: `${param}[${index}]`,
        },
      );
    return number as Token;
  });
}

/** What OpenAI allows for a prompt or an input: one text or several, one list of tokens or several. */
export type TextOrTokens = string | readonly string[] | readonly number[] | readonly (readonly number[])[];

/** The same as a list, each item with the path it was given at. */
export function itemsOf(
  given: TextOrTokens,
  param: string,
): readonly { readonly item: string | readonly number[]; readonly param: string }[] {
  if (typeof given === "string") return [{ item: given, param }];
  if (typeof given[0] === "number") return [{ item: given as readonly number[], param }];
  const items = given as readonly (string | readonly number[])[];
  return items.map((item, index) => ({ item, param: items.length === 1 ? param : `${param}[${index}]` }));
}
