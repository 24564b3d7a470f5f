import { z } from "./schema.ts";

/** The hand-written prompts of older models that are known, by the names h2oGPT gave them. */
export const promptTypeNames = [
  "aquila",
  "aquila_legacy",
  "aquila_simple",
  "aquila_v1",
  "aya",
  "beacon",
  "beacon2",
  "beluga",
  "dai_faq",
  "danube",
  "deepseek_coder",
  "docsgpt",
  "falcon",
  "falcon_chat",
  "gemma",
  "gptj",
  "guanaco",
  "human_bot",
  "idefics2",
  "instruct",
  "instruct_simple",
  "instruct_vicuna",
  "instruct_vicuna2",
  "instruct_vicuna3",
  "instruct_with_end",
  "jais",
  "llama2",
  "mistral",
  "mistralgerman",
  "mistrallite",
  "mixtral",
  "mixtralnosys",
  "mptchat",
  "mptinstruct",
  "open_assistant",
  "open_chat",
  "open_chat_code",
  "open_chat_correct",
  "open_chat_math",
  "openai",
  "orca2",
  "orion",
  "prompt_answer",
  "prompt_answer_openllama",
  "quality",
  "qwen",
  "sciphi",
  "sealion",
  "summarize",
  "vicuna11",
  "vicuna11nosys",
  "wizard2",
  "wizard3",
  "wizard3nospace",
  "wizard_lm",
  "wizard_mega",
  "wizard_vicuna",
  "xwin",
  "xwincoder",
  "xwinmath",
  "yi",
  "zephyr",
  "zephyr0",
] as const;
export type PromptTypeName = (typeof promptTypeNames)[number];

const text = z.string().max(4096);

/** h2oGPT's `prompt_dict`, under its own names; what is absent or null is empty, the two `sep` a line break. */
export const promptDictSchema = z.strictObject({
  promptA: text.nullish(),
  promptB: text.nullish(),
  PreInstruct: text.nullish(),
  PreInput: text.nullish(),
  PreResponse: text.nullish(),
  terminate_response: z.array(text).nullish(),
  chat_sep: text.nullish(),
  chat_turn_sep: text.nullish(),
  humanstr: text.nullish(),
  botstr: text.nullish(),
});
export type PromptDict = z.infer<typeof promptDictSchema>;

/** How a chat is written out as one text, for servers that only continue texts. */
export const promptFormatSchema = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("plain") }),
  z.strictObject({ kind: z.literal("type"), name: z.enum(promptTypeNames) }),
  z.strictObject({ kind: z.literal("custom"), dict: promptDictSchema }),
  /** A Jinja template, as a model's `tokenizer_config.json` has it, and the texts of the tokens that it names. */
  z.strictObject({
    kind: z.literal("template"),
    text: z.string().max(256 * 1024),
    bosToken: z.string().max(64).optional(),
    eosToken: z.string().max(64).optional(),
  }),
]);
export type PromptFormat = z.infer<typeof promptFormatSchema>;
