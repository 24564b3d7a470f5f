import { constants } from "node:fs";
import { access, stat } from "node:fs/promises";
import { delimiter, join, resolve } from "node:path";

/** The outcome of a search, the failures with the exit codes a shell would give. */
export type FoundProgram =
  | { readonly kind: "found"; readonly path: string }
  | { readonly kind: "missing"; readonly exitCode: 126 | 127; readonly reason: string };

/** Looks a program up as `execvp` does: a name along PATH, anything with a slash from `cwd`. */
export async function findProgram(name: string, cwd: string, path: string): Promise<FoundProgram> {
  const candidates = name.includes("/")
    ? [resolve(cwd, name)]
    : path.split(delimiter).map((folder) => join(folder === "" ? cwd : folder, name));
  let refused: string | undefined;
  for (const candidate of name === "" ? [] : candidates) {
    const state = await probe(candidate);
    if (state === "program") return { kind: "found", path: candidate };
    if (state === "refused") refused ??= candidate;
  }
  if (refused !== undefined)
    return { kind: "missing", exitCode: 126, reason: `${refused} is not a program that this user may run` };
  const where = name.includes("/") ? "" : ` on PATH (${path})`;
  return { kind: "missing", exitCode: 127, reason: `there is no program ${JSON.stringify(name)}${where}` };
}

async function probe(path: string): Promise<"program" | "refused" | "nothing"> {
  try {
    if (!(await stat(path)).isFile()) return "refused";
    await access(path, constants.X_OK);
    return "program";
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EACCES" ? "refused" : "nothing";
  }
}
