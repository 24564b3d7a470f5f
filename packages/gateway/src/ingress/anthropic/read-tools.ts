import { said, type Fields } from "../fields.ts";

export function readTools(fields: Fields): readonly object[] | undefined {
  const tools = fields.objects("tools", (tool) => {
    tool.optionalOneOf("type", ["custom"]);
    // a hint for streaming; arguments are streamed as they come in any case
    tool.without("cache_control", "eager_input_streaming");
    if (tool.optionalBoolean("defer_loading") === true)
      tool.refuse("defer_loading", "needs a search for tools, which this model has not");
    const callers = tool.optionalTexts("allowed_callers") ?? [];
    if (callers.some((caller) => caller !== "direct"))
      tool.refuse("allowed_callers", 'can only be ["direct"]');
    const made = said({
      name: tool.text("name"),
      description: tool.optionalText("description"),
      parameters: tool.optionalRecord("input_schema"),
      strict: tool.optionalBoolean("strict"),
    });
    tool.done();
    return { type: "function", function: made };
  });
  return tools.length === 0 ? undefined : tools;
}

export function readToolChoice(fields: Fields): {
  readonly tool_choice?: unknown;
  readonly parallel_tool_calls?: boolean;
} {
  const choice = fields.optionalObject("tool_choice");
  if (choice === undefined) return {};
  const type = choice.oneOf("type", ["auto", "any", "tool", "none"]);
  const name = type === "tool" ? choice.text("name") : "";
  const alone = choice.optionalBoolean("disable_parallel_tool_use") === true;
  choice.done();
  return { tool_choice: chosen(type, name), ...(alone ? { parallel_tool_calls: false } : {}) };
}

function chosen(type: "auto" | "any" | "tool" | "none", name: string): unknown {
  switch (type) {
    case "any":
      return "required";
    case "tool":
      return { type: "function", function: { name } };
    case "auto":
    case "none":
      return type;
  }
}
