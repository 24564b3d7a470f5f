import { BerthError, type PromptFormat } from "@berth/api";
import { JinjaTemplate } from "@berth/std/jinja-template";
import { RecentCache } from "../recent-cache.ts";
import { readConversation, systemAsTurn, type Conversation, type TextMessage } from "./conversation.ts";

type TemplateFormat = Extract<PromptFormat, { readonly kind: "template" }>;

interface KnownTemplate {
  readonly template: JinjaTemplate;
  /** Asked once, of the template itself: some refuse a system prompt, some leave it out. */
  readonly takesSystem: boolean;
}

const known = new RecentCache<KnownTemplate>(64);

/** Ends of a turn, of which a tokenizer's end of text often is none. */
const turnEnds = ["<|im_end|>", "<|eot_id|>", "<|end|>", "<end_of_turn>", "<|end_of_turn|>"];

/** Throws BerthError `unsupported` with the template's own words when it refuses the messages, or cannot be read. */
export function renderTemplate(
  format: TemplateFormat,
  messages: readonly TextMessage[],
): { readonly prompt: string; readonly stops: readonly string[] } {
  const { text, bosToken = "", eosToken = "" } = format;
  const { template, takesSystem } = known.get(JSON.stringify([text, bosToken, eosToken]), () =>
    learn(format),
  );
  const shown =
    takesSystem || messages[0]?.role !== "system"
      ? messages
      : toMessages(systemAsTurn(readConversation(messages)));
  const stops = [eosToken, ...turnEnds.filter((end) => end !== eosToken && text.includes(end))];
  return { prompt: render(template, format, shown), stops: stops.filter((stop) => stop !== "") };
}

function learn(format: TemplateFormat): KnownTemplate {
  let template: JinjaTemplate;
  try {
    template = new JinjaTemplate(format.text);
  } catch (error) {
    throw refusal("cannot be read", error);
  }
  const sign = "a system prompt that is told from everything else";
  try {
    const asked = render(template, format, [
      { role: "system", content: sign },
      { role: "user", content: "Hello" },
    ]);
    return { template, takesSystem: asked.includes(sign) };
  } catch {
    return { template, takesSystem: false };
  }
}

function render(template: JinjaTemplate, format: TemplateFormat, messages: readonly TextMessage[]): string {
  try {
    return template.render({
      messages,
      bos_token: format.bosToken ?? "",
      eos_token: format.eosToken ?? "",
      add_generation_prompt: true,
    });
  } catch (error) {
    throw refusal("refuses these messages", error);
  }
}

function toMessages({ turns, last }: Conversation): TextMessage[] {
  const said = turns.flatMap(({ user, answer }): TextMessage[] => [
    { role: "user", content: user },
    { role: "assistant", content: answer },
  ]);
  return [...said, { role: "user", content: last }];
}

function refusal(what: string, cause: unknown): BerthError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new BerthError("unsupported", `messages: the model's chat template ${what}: ${reason}`, {
    param: "messages",
    cause,
  });
}
