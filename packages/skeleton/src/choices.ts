export const languages = ["python", "typescript"] as const;
export type Language = (typeof languages)[number];

export const handlerTypes = ["sync", "async", "generator", "async-generator"] as const;
export type HandlerType = (typeof handlerTypes)[number];

/** What a model is made of, in Python. */
export const dataTypes = ["pydantic", "dataclass"] as const;
export type DataType = (typeof dataTypes)[number];

/** What a description may be written in; `auto` sees by its file's name and its text. */
export const inputTypes = [
  "auto",
  "openapi",
  "jsonschema",
  "json",
  "yaml",
  "dict",
  "csv",
  "graphql",
] as const;
export type InputType = (typeof inputTypes)[number];
export type KnownInputType = Exclude<InputType, "auto">;
