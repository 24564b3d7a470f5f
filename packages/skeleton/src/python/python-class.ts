import { commentLines, pythonString } from "../quote.ts";
import type { DataType } from "../choices.ts";
import type { Field, ObjectShape } from "../shape.ts";
import { pythonNames } from "./python-names.ts";
import { optional, pythonType, pythonValue } from "./python-type.ts";

const maxColumns = 100;

/** One object as a class. */
export function pythonClass(
  object: ObjectShape,
  objects: readonly ObjectShape[],
  dataType: DataType,
): string {
  const names = pythonNames(object.fields, objects);
  const named = [...names].map(([field, name]) => ({ field, name }));
  const docstring = object.description === undefined ? [] : [pythonString(object.description), ""];
  const lines = dataType === "pydantic" ? pydanticFields(object, names) : dataclassFields(named);
  const head =
    dataType === "pydantic" ? `class ${object.name}(BaseModel):` : `@dataclass\nclass ${object.name}:`;
  return `${head}\n${[...docstring, ...lines].map((line) => (line === "" ? "" : `    ${line}`)).join("\n")}\n`;
}

function pydanticFields({ fields }: ObjectShape, names: ReadonlyMap<Field, string>): string[] {
  // pydantic would warn of names that begin as its own do
  const free = [...names.values()].some((name) => name.startsWith("model_"))
    ? ["model_config = ConfigDict(protected_namespaces=())", ""]
    : [];
  const lines = fields.map((field) => {
    const name = names.get(field) ?? field.name;
    const { fallback, description } = field;
    const words = [
      fallbackOf(field),
      ...(typeof fallback === "object" && fallback !== null ? ["validate_default=True"] : []),
      ...(name === field.name ? [] : [`alias=${pythonString(field.name)}`]),
      ...(description === undefined ? [] : [`description=${pythonString(description)}`]),
    ];
    const [first, ...others] = words;
    if (others.length > 0) return assigned(`${name}: ${typeOf(field)} = Field(`, words);
    return first === "..." ? `${name}: ${typeOf(field)}` : `${name}: ${typeOf(field)} = ${first}`;
  });
  return [...free, ...lines];
}

function dataclassFields(named: readonly { readonly field: Field; readonly name: string }[]): string[] {
  // a dataclass has those without a default first
  const ordered = [
    ...named.filter(({ field }) => field.isRequired),
    ...named.filter(({ field }) => !field.isRequired),
  ];
  return ordered.flatMap(({ field, name }) => {
    const { fallback, description } = field;
    const isMade = typeof fallback === "object" && fallback !== null;
    const words = [
      ...(isMade ? ["validate_default=True"] : []),
      ...(name === field.name ? [] : [`alias=${pythonString(field.name)}`]),
    ];
    const type =
      words.length === 0 ? typeOf(field) : `Annotated[${typeOf(field)}, Field(${words.join(", ")})]`;
    const comment =
      description === undefined ? [] : commentLines(description).map((line) => `# ${line}`.trimEnd());
    const given = isMade ? `field(${fallbackOf(field)})` : fallbackOf(field);
    return [...comment, given === "..." ? `${name}: ${type}` : `${name}: ${type} = ${given}`];
  });
}

function typeOf({ shape, isRequired, fallback }: Field): string {
  const type = pythonType(shape);
  return isRequired || fallback !== undefined ? type : optional(type);
}

/** `...`: there is none, and it must be given. */
function fallbackOf({ fallback, isRequired }: Field): string {
  if (isRequired) return "...";
  const value = pythonValue(fallback);
  return typeof fallback === "object" && fallback !== null ? `default_factory=lambda: ${value}` : value;
}

function assigned(start: string, words: readonly string[]): string {
  const line = `${start}${words.join(", ")})`;
  return line.length + 4 <= maxColumns ? line : `${start}\n        ${words.join(", ")}\n    )`;
}
