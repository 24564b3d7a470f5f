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

const text = z.string().nullish();

/** h2oGPT's `prompt_dict`, under its own names; what is absent or null is empty, the two `sep` a line break. */
export const promptDictSchema = z.strictObject({
  promptA: text,
  promptB: text,
  PreInstruct: text,
  PreInput: text,
  PreResponse: text,
  terminate_response: z.array(z.string()).nullish(),
  chat_sep: text,
  chat_turn_sep: text,
  humanstr: text,
  botstr: text,
});
export type PromptDict = z.infer<typeof promptDictSchema>;

/** How messages become the one text that a server reads which only completes text. */
export const promptFormatSchema = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("plain") }),
  z.strictObject({ kind: z.literal("type"), name: z.enum(promptTypeNames) }),
  z.strictObject({ kind: z.literal("custom"), dict: promptDictSchema }),
  /** A chat template in Jinja, and the texts of the tokens that it names. */
  z.strictObject({
    kind: z.literal("template"),
    text: z.string().min(1),
    bosToken: z.string().default(""),
    eosToken: z.string().default(""),
  }),
]);
export type PromptFormat = z.infer<typeof promptFormatSchema>;
