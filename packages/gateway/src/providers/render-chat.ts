import { BerthError } from "@berth/api";
import type { RequestMessage } from "@berth/api/openai";
import { promptFormatOfModel } from "../prompts/prompt-format-of-model.ts";
import { renderPrompt, type RenderedPrompt } from "../prompts/render-prompt.ts";
import type { ProviderCall } from "./provider.ts";

/** Beginnings of a text that tokenizers put there themselves. */
const beginnings = ["<s>", "<bos>", "<|begin_of_text|>", "<|startoftext|>"];

export interface RenderedChat extends RenderedPrompt {
  /** With which the prompt begins; `undefined` where it leaves that to the tokenizer. */
  readonly beginning: string | undefined;
}

/** A chat as one text, in the model's own form. Throws BerthError `unsupported` where nobody knows that form, and for what a text cannot express. */
export function renderChat({ upstream }: ProviderCall, messages: readonly RequestMessage[]): RenderedChat {
  const format = upstream.prompt ?? promptFormatOfModel(upstream.model);
  if (format === undefined)
    throw new BerthError(
      "unsupported",
      `\`${upstream.id}\` only continues texts, and how a chat with \`${upstream.model}\` is written is not known: set its \`prompt\` with \`berth provider update ${upstream.target.provider}\` (a chat template, a prompt type, or \`plain\`)`,
      { param: "model", details: { provider: upstream.target.provider } },
    );
  const rendered = renderPrompt(format, messages);
  const own = format.kind === "template" && format.bosToken !== undefined ? [format.bosToken] : [];
  const beginning = [...own, ...beginnings].find((text) => text !== "" && rendered.prompt.startsWith(text));
  return { ...rendered, beginning };
}

/** An answer is held back for as long as what it ends with may become one of them. */
const longestStop = 1_000;

/** Those of the request first: they alone are a promise. Throws BerthError `invalid_request` for one that is too long. */
export function stopsOf(
  asked: string | readonly string[] | null | undefined,
  own: readonly string[],
): string[] {
  const said = typeof asked === "string" ? [asked] : (asked ?? []);
  if (said.some((stop) => stop.length > longestStop))
    throw new BerthError("invalid_request", `stop: a text may be ${longestStop} characters long`, {
      param: "stop",
    });
  return [...new Set([...said, ...own])].filter((stop) => stop !== "");
}
