import { said, type Fields } from "../fields.ts";

export interface ChosenTools {
  /** In a chat's form. */
  readonly tools: readonly object[] | undefined;
  readonly choice: unknown;
  /** As the answer repeats them. */
  readonly told: { readonly tools: readonly object[]; readonly tool_choice: unknown };
}

/** The functions that may be called, and which. Tools that run at OpenAI are refused. */
export function readTools(fields: Fields): ChosenTools {
  const all = fields.objects("tools", readTool);
  const { choice, names } = readChoice(fields);
  const allowed = names === undefined ? all : all.filter(({ name }) => names.has(name));
  return {
    tools: allowed.length === 0 ? undefined : allowed.map((tool) => ({ type: "function", function: tool })),
    choice,
    told: {
      tools: all.map((tool) => ({
        type: "function",
        ...tool,
        parameters: tool.parameters ?? null,
        strict: tool.strict ?? null,
      })),
      tool_choice: fields.any("tool_choice") ?? "auto",
    },
  };
}

function readTool(tool: Fields): {
  readonly name: string;
  readonly description?: string;
  readonly parameters?: object;
  readonly strict?: boolean;
} {
  if (tool.text("type") !== "function") {
    tool.refuse("type", "can only be `function`: other tools run at OpenAI, and this model is elsewhere");
  }
  if (tool.optionalBoolean("defer_loading") === true)
    tool.refuse("defer_loading", "needs a search for tools, which runs at OpenAI");
  if (tool.optionalBoolean("async") === true) tool.refuse("async", "cannot be true");
  const callers = tool.optionalTexts("allowed_callers") ?? [];
  if (callers.some((caller) => caller !== "direct")) tool.refuse("allowed_callers", 'can only be ["direct"]');
  const read = said({
    name: tool.text("name"),
    description: tool.optionalText("description"),
    parameters: tool.optionalRecord("parameters"),
    strict: tool.optionalBoolean("strict"),
  });
  tool.done();
  return read;
}

/** `names`: of the tools that alone may be called. */
function readChoice(fields: Fields): { readonly choice: unknown; readonly names?: ReadonlySet<string> } {
  const choice = fields.any("tool_choice");
  if (choice === undefined) return { choice };
  if (typeof choice === "string")
    return { choice: fields.oneOf("tool_choice", ["none", "auto", "required"]) };
  const object = fields.object("tool_choice");
  const read = readChosen(object);
  object.done();
  return read;
}

function readChosen(choice: Fields): { readonly choice: unknown; readonly names?: ReadonlySet<string> } {
  switch (choice.oneOf("type", ["function", "allowed_tools"])) {
    case "function":
      return { choice: { type: "function", function: { name: choice.text("name") } } };
    case "allowed_tools":
      return {
        choice: choice.oneOf("mode", ["auto", "required"]),
        names: new Set(choice.objects("tools", readAllowed)),
      };
  }
}

function readAllowed(tool: Fields): string {
  tool.optionalOneOf("type", ["function"]);
  const name = tool.text("name");
  tool.done();
  return name;
}
