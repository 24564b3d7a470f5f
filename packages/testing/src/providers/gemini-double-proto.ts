import { type Fields, fields, list } from "./provider-double.ts";

/**
 * The messages of google.ai.generativelanguage.v1beta that a request is made of. JSON is read into them as protobuf
 * reads it: names in either case, and a name that no message has is an error.
 */
interface Message {
  readonly [name: string]: Field;
}

type Field =
  | {
      readonly kind: "TYPE_FLOAT" | "TYPE_INT32" | "TYPE_STRING" | "TYPE_BOOL" | "TYPE_BYTES";
      readonly many?: true;
    }
  /** Any JSON, or any object. */
  | { readonly kind: "value" | "struct" }
  | { readonly kind: "enum"; readonly type: string; readonly values: readonly string[] }
  | { readonly kind: "message" | "messages" | "map"; readonly of: () => Message };

const float = { kind: "TYPE_FLOAT" } as const;
const int = { kind: "TYPE_INT32" } as const;
const string = { kind: "TYPE_STRING" } as const;
const strings = { kind: "TYPE_STRING", many: true } as const;
const bool = { kind: "TYPE_BOOL" } as const;
const struct = { kind: "struct" } as const;
const value = { kind: "value" } as const;
const one = (of: () => Message): Field => ({ kind: "message", of });
const several = (of: () => Message): Field => ({ kind: "messages", of });

const blob: Message = { mimeType: string, data: { kind: "TYPE_BYTES" }, displayName: string };
const part: Message = {
  text: string,
  thought: bool,
  thoughtSignature: { kind: "TYPE_BYTES" },
  inlineData: one(() => blob),
  fileData: one(() => ({ mimeType: string, fileUri: string })),
  functionCall: one(() => ({ id: string, name: string, args: struct })),
  functionResponse: one(() => ({ id: string, name: string, response: struct })),
  executableCode: struct,
  codeExecutionResult: struct,
  videoMetadata: struct,
};
const content: Message = { role: string, parts: several(() => part) };

const schema: Message = {
  type: {
    kind: "enum",
    type: "Type",
    values: ["STRING", "NUMBER", "INTEGER", "BOOLEAN", "ARRAY", "OBJECT", "NULL"],
  },
  format: string,
  title: string,
  description: string,
  nullable: bool,
  enum: strings,
  items: one(() => schema),
  properties: { kind: "map", of: () => schema },
  required: strings,
  anyOf: several(() => schema),
  propertyOrdering: strings,
  default: value,
  example: value,
  minimum: float,
  maximum: float,
  pattern: string,
  minItems: value,
  maxItems: value,
  minLength: value,
  maxLength: value,
  minProperties: value,
  maxProperties: value,
};

const functionDeclaration: Message = {
  name: string,
  description: string,
  parameters: one(() => schema),
  parametersJsonSchema: value,
  response: one(() => schema),
  responseJsonSchema: value,
  behavior: string,
};

const generationConfig: Message = {
  candidateCount: int,
  stopSequences: strings,
  maxOutputTokens: int,
  temperature: float,
  topP: float,
  topK: float,
  seed: int,
  presencePenalty: float,
  frequencyPenalty: float,
  responseMimeType: string,
  responseSchema: one(() => schema),
  responseJsonSchema: value,
  responseLogprobs: bool,
  logprobs: int,
  responseModalities: strings,
  mediaResolution: string,
  speechConfig: struct,
  imageConfig: struct,
  thinkingConfig: one(() => ({ includeThoughts: bool, thinkingBudget: int, thinkingLevel: string })),
};

const safetySetting: Message = { category: string, threshold: string };

export const generateContentRequest: Message = {
  model: string,
  contents: several(() => content),
  systemInstruction: one(() => content),
  tools: several(() => ({
    functionDeclarations: several(() => functionDeclaration),
    codeExecution: struct,
    googleSearch: struct,
    urlContext: struct,
  })),
  toolConfig: one(() => ({
    functionCallingConfig: one(() => ({
      mode: {
        kind: "enum",
        type: "FunctionCallingConfig.Mode",
        values: ["MODE_UNSPECIFIED", "AUTO", "ANY", "NONE", "VALIDATED"],
      },
      allowedFunctionNames: strings,
    })),
  })),
  safetySettings: several(() => safetySetting),
  generationConfig: one(() => generationConfig),
  cachedContent: string,
  serviceTier: string,
};

export const embedContentRequest: Message = {
  model: string,
  content: one(() => content),
  taskType: string,
  title: string,
  outputDimensionality: int,
};

export const batchEmbedContentsRequest: Message = { requests: several(() => embedContentRequest) };

export interface Violation {
  readonly field: string;
  readonly description: string;
}

/** Everything in the JSON that the message has no place for. */
export function violations(json: Fields, message: Message, at = ""): Violation[] {
  return Object.entries(json).flatMap(([name, given]) => {
    const field = message[camel(name)];
    if (field === undefined) {
      const where = at === "" ? "" : ` at '${at}'`;
      return [
        violation(at, `Invalid JSON payload received. Unknown name "${name}"${where}: Cannot find field.`),
      ];
    }
    // null stands for a field that is not there
    return given === null ? [] : fieldViolations(given, field, at, name);
  });
}

function fieldViolations(given: unknown, field: Field, at: string, name: string): Violation[] {
  const path = at === "" ? snake(name) : `${at}.${snake(name)}`;
  const misfit = (why: string): Violation[] => [
    violation(at, `Invalid JSON payload received. Unknown name "${name}" at '${at}': ${why}`),
  ];
  const notRepeating = "Proto field is not repeating, cannot start list.";
  switch (field.kind) {
    case "value":
      return [];
    case "struct":
      return fields(given) === undefined ? misfit(notRepeating) : [];
    case "enum": {
      if (list(given) !== undefined) return misfit(notRepeating);
      // schemas come in JSON Schema's small letters as well
      if (field.values.includes(String(given).toUpperCase())) return [];
      const type = `type.googleapis.com/google.ai.generativelanguage.v1beta.${field.type}`;
      return [violation(path, `Invalid value at '${path}' (${type}), ${JSON.stringify(given)}`)];
    }
    case "message":
      if (list(given) !== undefined) return misfit(notRepeating);
      return fields(given) === undefined
        ? [violation(path, `Invalid value at '${path}', ${JSON.stringify(given)}`)]
        : violations(fields(given) ?? {}, field.of(), path);
    case "messages":
      return (list(given) ?? [given]).flatMap((item, index) =>
        fields(item) === undefined
          ? [violation(`${path}[${index}]`, `Invalid value at '${path}[${index}]', ${JSON.stringify(item)}`)]
          : violations(fields(item) ?? {}, field.of(), `${path}[${index}]`),
      );
    case "map":
      return Object.values(fields(given) ?? {}).flatMap((item, index) =>
        violations(fields(item) ?? {}, field.of(), `${path}[${index}].value`),
      );
    case "TYPE_FLOAT":
    case "TYPE_INT32":
    case "TYPE_STRING":
    case "TYPE_BOOL":
    case "TYPE_BYTES":
      if (field.many !== true && list(given) !== undefined) return misfit(notRepeating);
      return (list(given) ?? [given])
        .filter((item) => !fits(item, field.kind))
        .map((item) =>
          violation(path, `Invalid value at '${path}' (${field.kind}), ${why(item, field.kind)}`),
        );
  }
}

function fits(given: unknown, kind: string): boolean {
  switch (kind) {
    case "TYPE_STRING":
      return typeof given === "string";
    case "TYPE_BOOL":
      return typeof given === "boolean";
    case "TYPE_INT32":
      return Number.isInteger(typeof given === "string" ? Number(given) : given);
    case "TYPE_BYTES":
      return typeof given === "string" && /^[A-Za-z0-9+/_-]*={0,2}$/.test(given);
    default:
      return typeof given === "number" || (typeof given === "string" && !Number.isNaN(Number(given)));
  }
}

function why(given: unknown, kind: string): string {
  return kind === "TYPE_BYTES"
    ? `Base64 decoding failed for ${JSON.stringify(given)}`
    : JSON.stringify(given);
}

function violation(field: string, description: string): Violation {
  return { field, description };
}

function camel(name: string): string {
  return name.replaceAll(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
}

function snake(name: string): string {
  return name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

/** The field of a JSON object, under either of its names. */
export function named(json: Fields | undefined, name: string): unknown {
  return json?.[name] ?? json?.[snake(name)];
}
