import type { Model } from "../shape.ts";
import { modelReaders } from "./model-readers.ts";
import { typescriptObject } from "./typescript-object.ts";

/** `model.ts`: the input's interfaces with what reads them, below a comment that says where they are from. */
export function typescriptModel(model: Model, header: readonly string[]): string {
  const top = [
    ...header.map((line) => `// ${line}`.trimEnd()),
    'import { HandlerError } from "@berth/worker";',
  ];
  const main = model.objects.filter(({ name }) => name === model.main.name);
  const others = model.objects.filter(({ name }) => name !== model.main.name);
  return `${top.join("\n")}\n\n${[...main, ...others].map(typescriptObject).join("\n")}${modelReaders}`;
}
