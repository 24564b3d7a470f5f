import { BerthError, z } from "@berth/api";

export type InputPart = "params" | "query" | "body" | "headers";

/** Parses one part of a request by its route's schema; throws `invalid_request` or `unknown_parameter` naming the field. */
export function parseInput(schema: z.ZodType | undefined, value: unknown, part: InputPart): unknown {
  if (schema === undefined) return undefined;
  const strict = part === "query" && schema instanceof z.ZodObject ? schema.strict() : schema;
  if (part === "body" && value === undefined && !schema.safeParse(undefined).success) {
    throw new BerthError("invalid_request", "this call needs a JSON body", { param: "body" });
  }
  const result = strict.safeParse(value);
  if (result.success) return result.data;
  throw asBerthError(result.error, part);
}

function asBerthError(error: z.ZodError, part: InputPart): BerthError {
  const issues = error.issues.map((issue) => ({ param: pathOf(issue.path) || part, message: issue.message }));
  const first = error.issues[0];
  if (first?.code === "unrecognized_keys") {
    const param = pathOf([...first.path, first.keys[0] ?? ""]);
    return new BerthError(
      "unknown_parameter",
      `unknown ${part === "query" ? "query parameter" : "field"} "${param}"`,
      { param, details: { issues } },
    );
  }
  const { param, message } = issues[0] ?? { param: part, message: "it cannot be read" };
  return new BerthError("invalid_request", `${param}: ${message}`, { param, details: { issues } });
}

function pathOf(path: readonly PropertyKey[]): string {
  return path.reduce<string>(
    (text, key) =>
      typeof key === "number" ? `${text}[${key}]` : text === "" ? String(key) : `${text}.${String(key)}`,
    "",
  );
}
