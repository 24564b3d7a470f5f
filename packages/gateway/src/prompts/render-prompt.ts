import type { PromptFormat } from "@berth/api";
import type { RequestMessage } from "@berth/api/openai";
import { readConversation, systemAsTurn, textMessages, type TextMessage } from "./conversation.ts";
import { customPrompt } from "./custom-prompt.ts";
import type { PromptType } from "./prompt-type.ts";
import { promptTypes } from "./prompt-types.ts";
import { renderTemplate } from "./template-prompt.ts";

/** What a server that only completes text is asked. */
export interface RenderedPrompt {
  readonly prompt: string;
  /** What ends the answer, the most telling first. */
  readonly stops: readonly string[];
  /** The answer begins with a space that belongs to the prompt: it is no part of what the model says. */
  readonly spaceBeforeAnswer: boolean;
}

const plain: PromptType = { first: "", answer: "\n", next: "\n", stops: [] };

/**
 * Makes one prompt of a chat. Without a system message a prompt type speaks with its model's own, with an empty one it
 * has none; where it has no place for one, the model says it in a first turn. Throws BerthError `unsupported`, naming
 * the field, for messages that a text cannot express: images, tools, roles that do not take turns.
 */
export function renderPrompt(format: PromptFormat, messages: readonly RequestMessage[]): RenderedPrompt {
  const texts = textMessages(messages);
  switch (format.kind) {
    case "plain":
      return renderType(plain, texts);
    case "type":
      return renderType(promptTypes[format.name], texts);
    case "custom":
      return renderType(customPrompt(format.dict), texts);
    case "template":
      return { ...renderTemplate(format, texts), spaceBeforeAnswer: false };
  }
}

function renderType(type: PromptType, messages: readonly TextMessage[]): RenderedPrompt {
  const read = readConversation(messages);
  const { system, turns, last } = type.system === undefined ? systemAsTurn(read) : read;
  const gap = type.spaceBeforeAnswer === true ? " " : "";
  const said = turns.map(({ user, answer }) => user + type.answer + gap + answer + type.next);
  return {
    prompt: beginning(type, system) + said.join("") + last + type.answer,
    stops: type.stops,
    spaceBeforeAnswer: gap !== "",
  };
}

function beginning({ first, system: place }: PromptType, system: string | undefined): string {
  const prompt = system ?? place?.byDefault ?? "";
  return place === undefined || prompt === "" ? first : place.before + prompt + place.after;
}
