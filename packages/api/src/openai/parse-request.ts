import { BerthError } from "../error.ts";
import type { z } from "../schema.ts";

/** Checks a body. Throws BerthError `invalid_request` whose `param` is the path of the first field at fault: `messages[1].content`. */
export function parseRequest<Schema extends z.ZodType>(schema: Schema, body: unknown): z.output<Schema> {
  const result = schema.safeParse(body);
  if (result.success) return result.data;
  const issue = deepest(result.error.issues);
  const param = pathText(issue.path);
  const message = param === "" ? `the body is wrong: ${issue.message}` : `${param}: ${issue.message}`;
  throw new BerthError("invalid_request", message, { param: param === "" ? undefined : param });
}

interface Issue {
  readonly path: readonly PropertyKey[];
  readonly message: string;
}

/** Of a field that may be several things, the complaint of the one that fits best. */
function deepest(issues: readonly z.core.$ZodIssue[]): Issue {
  const [issue] = issues;
  if (issue === undefined) return { path: [], message: "invalid" };
  if (issue.code !== "invalid_union") return issue;
  const inner = issue.errors
    .filter((branch) => branch.length > 0)
    .map((branch) => deepest(branch))
    .toSorted((a, b) => b.path.length - a.path.length);
  const best = inner[0];
  if (best === undefined) return issue;
  if (best.path.length > 0) return { path: [...issue.path, ...best.path], message: best.message };
  return { path: issue.path, message: anyOf(inner.map(({ message }) => message)) };
}

/** "expected string, received number" and the like, said once. */
function anyOf(messages: readonly string[]): string {
  const kinds = messages.map((message) => /^Invalid input: expected (\S+), received (\S+)$/.exec(message));
  const received = kinds[0]?.[2];
  if (received === undefined || kinds.includes(null)) return messages.join(", or ");
  return `expected ${kinds.map((kind) => kind?.[1]).join(" or ")}, received ${received}`;
}

function pathText(path: readonly PropertyKey[]): string {
  let text = "";
  for (const step of path)
    text += typeof step === "number" ? `[${step}]` : `${text === "" ? "" : "."}${String(step)}`;
  return text;
}
