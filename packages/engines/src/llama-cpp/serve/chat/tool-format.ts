import { literal } from "./gbnf.ts";

/** How a family of models writes its calls of tools, in its answers. */
export interface ToolFormat {
  readonly name: "hermes" | "mistral" | "bare-json";
  /** Begins a call; `null`: the whole answer is one. */
  readonly open: string | null;
  /** Ends a call; `null`: the answer's end does. */
  readonly close: string | null;
  /** Text that a chat template holds when its model writes so. */
  readonly signs: readonly string[];
  readonly argumentsKey: "arguments" | "parameters";
  /** One or more calls as a grammar, given the name of the rule for one. */
  readonly grammar: (call: string, several: boolean) => string;
}

/** Qwen, Hermes, SmolLM and our own Pilot. */
export const hermes: ToolFormat = {
  name: "hermes",
  open: "<tool_call>",
  close: "</tool_call>",
  signs: ["<tool_call>"],
  argumentsKey: "arguments",
  grammar: (call, several) => {
    const one = `${literal("<tool_call>\n")} ${call} ${literal("\n</tool_call>")}`;
    return several ? `${one} (${literal("\n")} ${one})*` : one;
  },
};

const mistral: ToolFormat = {
  name: "mistral",
  open: "[TOOL_CALLS]",
  close: null,
  signs: ["[TOOL_CALLS]"],
  argumentsKey: "arguments",
  grammar: (call, several) =>
    `${literal("[TOOL_CALLS][")} ${call}${several ? ` (${literal(", ")} ${call})*` : ""} ${literal("]")}`,
};

/** Llama 3: an answer that is nothing but an object with a name and parameters. */
const bareJson: ToolFormat = {
  name: "bare-json",
  open: null,
  close: null,
  signs: ["<|python_tag|>", '"parameters"'],
  argumentsKey: "parameters",
  grammar: (call) => call,
};

const formats: readonly ToolFormat[] = [hermes, mistral, bareJson];

/** Marks that may be special tokens, which have no text unless it is asked for. */
export const toolMarks: readonly string[] = [
  "<tool_call>",
  "</tool_call>",
  "[TOOL_CALLS]",
  "[ARGS]",
  "<|python_tag|>",
];

/** The format that a chat template teaches; Hermes's for one that teaches none, which Berth then explains itself. */
export function toolFormatOf(template: string | null): ToolFormat {
  return formats.find(({ signs }) => signs.some((sign) => template?.includes(sign) === true)) ?? hermes;
}
