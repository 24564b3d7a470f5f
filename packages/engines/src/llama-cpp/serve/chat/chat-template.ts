import { BerthError } from "@berth/api";
import { JinjaTemplate } from "@berth/std/jinja-template";
import type { ChatMessage, ToolDefinition } from "./chat-message.ts";
import { explainTools, withoutToolRoles } from "./explain-tools.ts";
import { toolFormatOf, type ToolFormat } from "./tool-format.ts";

/** Used for a model whose file holds no template: ChatML, which most chat models understand. */
export const chatMlTemplate = `{%- for message in messages %}
  {{- '<|im_start|>' + message.role + '\\n' + message.content + '<|im_end|>\\n' }}
{%- endfor %}
{%- if add_generation_prompt %}
  {{- '<|im_start|>assistant\\n' }}
{%- endif %}`;

export interface ChatTemplateSource {
  /** Jinja from the model's file, `null` when it has none. */
  readonly chatTemplate: string | null;
  readonly bosText: string;
  readonly eosText: string;
}

/** A model's own chat template, parsed once: messages and tools to the one text that the model was trained to read. */
export class ChatTemplate {
  readonly toolFormat: ToolFormat;
  /** Ends an answer of a model that has no end token for a template that is not its own. */
  readonly stop: readonly string[];
  readonly #template: JinjaTemplate | BerthError;
  readonly #knowsTools: boolean;
  readonly #texts: { readonly bos_token: string; readonly eos_token: string };

  /** Never throws: a model whose template cannot be read still completes and embeds; `render` says what is wrong. */
  constructor({ chatTemplate, bosText, eosText }: ChatTemplateSource) {
    this.#template = parsed(chatTemplate ?? chatMlTemplate);
    this.#knowsTools = /\btools\b/.test(chatTemplate ?? "");
    this.#texts = { bos_token: bosText, eos_token: eosText };
    this.toolFormat = toolFormatOf(chatTemplate);
    this.stop = chatTemplate === null ? ["<|im_end|>"] : [];
  }

  /**
   * Throws BerthError `invalid_request` with the template's own words when it refuses the messages ("roles must
   * alternate"), `unsupported` when the template cannot be read at all.
   */
  render(
    messages: readonly ChatMessage[],
    tools: readonly ToolDefinition[],
    variables: Readonly<Record<string, unknown>> = {},
  ): string {
    if (this.#template instanceof BerthError) throw this.#template;
    const shown = this.#knowsTools ? messages : explainTools(withoutToolRoles(messages), tools);
    try {
      return this.#template.render({
        ...variables,
        ...this.#texts,
        messages: shown,
        ...(this.#knowsTools && tools.length > 0 ? { tools } : {}),
        add_generation_prompt: true,
      });
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      throw new BerthError("invalid_request", `the model's chat template refuses these messages: ${reason}`, {
        param: "messages",
        cause: error,
      });
    }
  }
}

function parsed(source: string): JinjaTemplate | BerthError {
  try {
    return new JinjaTemplate(source);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return new BerthError(
      "unsupported",
      `the model's chat template cannot be read (${reason}): use /v1/completions with a prompt of your own`,
      { param: "messages", cause: error },
    );
  }
}
