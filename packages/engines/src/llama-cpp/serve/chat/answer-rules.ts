import { BerthError } from "@berth/api";
import type { ChatRequest, Tool } from "@berth/api/openai";
import { GrammarDraft } from "./gbnf.ts";
import { schemaRule } from "./json-schema-grammar.ts";
import type { ToolFormat } from "./tool-format.ts";
import { toolCallsRule } from "./tool-grammar.ts";

/** What an answer has to be. */
export interface AnswerRules {
  /** Shown to the model. */
  readonly tools: readonly Tool[];
  /** GBNF; absent: the model says what it likes. */
  readonly grammar: string | undefined;
}

/**
 * Decides from `tools`, `tool_choice` and `response_format` what the model is shown and what it may write. A forced call
 * follows its tool's schema; beside a response format a model that may call tools may do that instead.
 */
export function answerRules(request: ChatRequest, format: ToolFormat): AnswerRules {
  const tools = request.tools ?? [];
  const choice = request.tool_choice ?? "auto";
  const draft = new GrammarDraft();
  const answer = responseRule(draft, request);
  const several = request.parallel_tool_calls !== false;

  if (choice === "none") return { tools: [], grammar: grammarOf(draft, answer) };
  if (typeof choice === "object") {
    const named = tools.filter((tool) => tool.function.name === choice.function.name);
    if (named.length === 0)
      throw new BerthError(
        "invalid_request",
        `tool_choice names "${choice.function.name}", which is not in tools`,
        {
          param: "tool_choice.function.name",
        },
      );
    return { tools, grammar: draft.toText(toolCallsRule(draft, format, named, false)) };
  }
  if (choice === "required") {
    if (tools.length === 0)
      throw new BerthError("invalid_request", "tool_choice is required, but there are no tools", {
        param: "tool_choice",
      });
    return { tools, grammar: draft.toText(toolCallsRule(draft, format, tools, several)) };
  }
  if (answer === undefined || tools.length === 0) return { tools, grammar: grammarOf(draft, answer) };
  return { tools, grammar: draft.toText(`${answer} | ${toolCallsRule(draft, format, tools, several)}`) };
}

function grammarOf(draft: GrammarDraft, rule: string | undefined): string | undefined {
  return rule === undefined ? undefined : draft.toText(rule);
}

function responseRule(draft: GrammarDraft, { response_format: format }: ChatRequest): string | undefined {
  switch (format?.type) {
    case undefined:
    case "text":
      return undefined;
    case "json_object":
      return "object";
    case "json_schema":
      return schemaRule(draft, format.json_schema.schema, { param: "response_format.json_schema.schema" });
  }
}
