import type { DataType } from "../choices.ts";
import type { Model } from "../shape.ts";
import { pythonClass } from "./python-class.ts";

const ofTyping = ["Annotated", "Any", "Dict", "List", "Literal", "Optional", "Union"];
const ofPydantic = ["BaseModel", "ConfigDict", "Field"];

/** `model.py`: the input's classes, below a comment that says where they are from. */
export function pythonModel(model: Model, header: readonly string[], dataType: DataType): string {
  const classes = model.objects.map((object) => pythonClass(object, model.objects, dataType)).join("\n\n");
  // what a text only mentions is imported for nothing, which does no harm
  const used = (names: readonly string[]): string =>
    names.filter((name) => mentions(classes, name)).join(", ");
  const imports = [
    ...(dataType === "dataclass"
      ? [`from dataclasses import dataclass${mentions(classes, "field") ? ", field" : ""}`]
      : []),
    ...(used(ofTyping) === "" ? [] : [`from typing import ${used(ofTyping)}`]),
  ];
  const pydantic = used(ofPydantic) === "" ? [] : [`from pydantic import ${used(ofPydantic)}`];
  const groups = [["from __future__ import annotations"], imports, pydantic].filter(
    (group) => group.length > 0,
  );
  const top = header.map((line) => `# ${line}`.trimEnd()).join("\n");
  return `${top}\n${groups.map((group) => group.join("\n")).join("\n\n")}\n\n\n${classes}`;
}

function mentions(text: string, name: string): boolean {
  return new RegExp(String.raw`\b${name}\b`).test(text);
}
