import { promptTypeNames, type PromptFormat } from "@berth/api";
import modelsByPromptType from "./models-by-prompt-type.json" with { type: "json" };

const formats = new Map<string, PromptFormat>();
for (const name of ["plain", ...promptTypeNames] as const) {
  const models: Readonly<Record<string, readonly string[]>> = modelsByPromptType;
  for (const model of models[name] ?? [])
    formats.set(model.toLowerCase(), name === "plain" ? { kind: "plain" } : { kind: "type", name });
}

/** How a model of that name is prompted, whatever its case; `undefined` for a name that nobody has written down. */
export function promptFormatOfModel(model: string): PromptFormat | undefined {
  return formats.get(model.toLowerCase());
}
