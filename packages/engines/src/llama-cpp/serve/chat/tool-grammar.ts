import type { Tool } from "@berth/api/openai";
import { literal, type GrammarDraft } from "./gbnf.ts";
import { schemaRule } from "./json-schema-grammar.ts";
import type { ToolFormat } from "./tool-format.ts";

/** A rule for one or more calls of the tools, in the model's own format, with arguments that follow their schemas. */
export function toolCallsRule(
  draft: GrammarDraft,
  format: ToolFormat,
  tools: readonly Tool[],
  several: boolean,
): string {
  const calls = tools.map((tool, index) => {
    const { name, parameters, strict } = tool.function;
    const input = schemaRule(draft, parameters ?? { type: "object", properties: {} }, {
      param: `tools[${index}].function.parameters`,
      lenient: strict !== true,
    });
    const named = literal(`"name": ${JSON.stringify(name)}, "${format.argumentsKey}": `);
    return `"{" ${named} ${input} "}"`;
  });
  return draft.rule(format.grammar(draft.rule(calls.join(" | "), "call"), several), "calls");
}
