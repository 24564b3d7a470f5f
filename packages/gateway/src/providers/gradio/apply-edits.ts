import { broken } from "./gradio-failure.ts";

/**
 * What a value has become, by a list of `[operation, path, value]`: later answers tell what is new in them alone. Throws
 * ProviderFailure for an edit of something that is not there.
 */
export function applyEdits(before: unknown, edits: unknown): unknown {
  if (!Array.isArray(edits)) throw notEdits(edits);
  return edits.reduce((value, edit) => {
    const [operation, path, argument] = Array.isArray(edit) ? (edit as unknown[]) : [];
    if (!Array.isArray(path)) throw notEdits(edit);
    return edited(value, operation, path, argument);
  }, before);
}

function edited(value: unknown, operation: unknown, path: readonly unknown[], argument: unknown): unknown {
  const [step, ...rest] = path;
  if (step === undefined) {
    if (operation === "replace") return argument;
    if (operation === "append" && typeof value === "string" && typeof argument === "string")
      return value + argument;
    throw notEdits([operation, path]);
  }
  const isNew = operation === "add" && rest.length === 0;
  const isGone = operation === "delete" && rest.length === 0;
  if (Array.isArray(value)) {
    const at = Number(step);
    if (isNew) return value.toSpliced(at, 0, argument);
    if (!(at in value)) throw notEdits([operation, path]);
    return isGone ? value.toSpliced(at, 1) : value.with(at, edited(value[at], operation, rest, argument));
  }
  if (typeof value !== "object" || value === null) throw notEdits([operation, path]);
  const fields = new Map<string, unknown>(Object.entries(value));
  const name = typeof step === "number" ? String(step) : step;
  if (typeof name !== "string") throw notEdits([operation, path]);
  if (isNew) fields.set(name, argument);
  else if (!fields.has(name)) throw notEdits([operation, path]);
  else if (isGone) fields.delete(name);
  else fields.set(name, edited(fields.get(name), operation, rest, argument));
  return Object.fromEntries(fields);
}

function notEdits(what: unknown): Error {
  return broken(
    `the app's stream holds a change that cannot be made: ${JSON.stringify(what)?.slice(0, 200)}`,
  );
}
