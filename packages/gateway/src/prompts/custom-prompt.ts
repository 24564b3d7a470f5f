import type { PromptDict } from "@berth/api";
import type { PromptType } from "./prompt-type.ts";

/**
 * A `prompt_dict` of h2oGPT. `promptB` stands once, before everything; but where there is no `PreInstruct` and `promptB`
 * is the user's own mark (`humanstr`), as in h2oGPT's documentation, it stands before each user message: h2oGPT would
 * write it twice before the first one.
 */
export function customPrompt(dict: PromptDict): PromptType {
  const preamble = dict.promptB ?? "";
  const user = dict.PreInstruct ?? "";
  const preambleIsMark = user === "" && preamble !== "" && preamble.trim() === dict.humanstr?.trim();
  const first = preamble + user;
  const answer = dict.PreResponse ?? "";
  const stops = new Set([...(dict.terminate_response ?? []), answer]);
  stops.delete("");
  return {
    first,
    answer: (dict.chat_sep ?? "\n") + answer,
    next: (dict.chat_turn_sep ?? "\n") + (preambleIsMark ? preamble : user),
    stops: [...stops],
  };
}
