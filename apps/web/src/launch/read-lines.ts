import type { Mount } from "@berth/api";

/** Environment variables, one NAME=value a line; what is not one is a problem of the field `param`. */
export function readEnvironment(
  text: string,
  param: string,
  problems: Record<string, string>,
): Record<string, string> | undefined {
  const pairs = linesOf(text).map((line) => /^([A-Za-z_]\w*)=(.*)$/.exec(line) ?? line);
  const wrong = pairs.find((pair) => typeof pair === "string");
  if (wrong !== undefined) problems[param] = `"${wrong}" is not NAME=value`;
  const entries = pairs.flatMap((pair) => (typeof pair === "string" ? [] : [[pair[1], pair[2]]]));
  return entries.length === 0 ? undefined : (Object.fromEntries(entries) as Record<string, string>);
}

/** Directories for the engine, one a line: `/data`, `/data:/input`, `/data:/input:ro`. */
export function readMounts(text: string, problems: Record<string, string>): Mount[] | undefined {
  const mounts = linesOf(text).map((line): Mount => {
    const [, source = line, target, mode] = /^([^:]+)(?::(\/[^:]*))?(?::(ro|rw))?$/.exec(line) ?? [];
    if (!/^[/~]/.test(source) || source.includes(":"))
      problems["mounts"] = `"${line}" is not /directory, /directory:/target or /directory:/target:ro`;
    return {
      source,
      ...(target === undefined ? {} : { target }),
      ...(mode === "ro" ? { readOnly: true } : {}),
    };
  });
  return mounts.length === 0 ? undefined : mounts;
}

function linesOf(text: string): string[] {
  return text
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "");
}
