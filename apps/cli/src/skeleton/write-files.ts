import { mkdir, open, readFile, writeFile } from "node:fs/promises";
import { CliError } from "../exit.ts";
import { readIfThere } from "../connection/home.ts";

/** Makes the folder, and those above it. */
export async function makeFolder(path: string): Promise<void> {
  await mkdir(path, { recursive: true }).catch((cause: unknown) => {
    throw new CliError("failed", `${path} cannot be made: ${(cause as Error).message}`, { cause });
  });
}

/** Throws where a file of this name is somebody's own: what is made anew each time has the mark in its first line. */
export function refuseOwnModel(path: string, mark: string): void {
  const [first] = readIfThere(path)?.split("\n", 1) ?? [];
  if (first === undefined || first.includes(mark)) return;
  throw new CliError(
    "failed",
    `${path} was not made by berth worker new: move it away, or name another folder`,
  );
}

export async function replaceFile(path: string, text: string): Promise<void> {
  await writeFile(path, text).catch((cause: unknown) => {
    throw new CliError("failed", `${path} cannot be written: ${(cause as Error).message}`, { cause });
  });
}

/** Resolves with whether it has the text now: a file with another one stays as it is. */
export async function writeIfNew(path: string, text: string): Promise<"written" | "same" | "left"> {
  try {
    await using file = await open(path, "wx");
    await file.writeFile(text);
    return "written";
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException;
    if (code !== "EEXIST") throw new CliError("failed", `${path} cannot be written: ${message}`, { cause });
  }
  const there = await readFile(path, "utf8").catch(() => undefined);
  return there === text ? "same" : "left";
}
