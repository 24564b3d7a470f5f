import { basename, join } from "node:path";
import type { Skeleton, SkeletonOptions } from "@berth/skeleton";
import type { Cli } from "../cli.ts";
import { CliError } from "../exit.ts";
import { readDescriptionFile, type DescriptionFile } from "./read-description-file.ts";
import { makeFolder, refuseOwnModel, replaceFile, writeIfNew } from "./write-files.ts";

/** What the command's flags say of the skeleton. */
export type Wanted = Pick<SkeletonOptions, "inputType" | "name" | "language" | "handlerType" | "dataType">;

/** Writes a handler's skeleton into `dir`, and tells which files were there before and are left as they are. */
export async function newHandler(
  cli: Cli,
  dir: string,
  input: string | undefined,
  wanted: Wanted,
  isModelOnly: boolean,
): Promise<void> {
  const { writeSkeleton, DescriptionError, generatedMark } = await import("@berth/skeleton");
  const description = await readDescriptionFile(cli, input);
  const folder = cli.path(dir);
  let skeleton: Skeleton;
  try {
    const { text, fileName } = description;
    skeleton = writeSkeleton({ ...wanted, text, fileName, serviceName: serviceNameOf(folder) });
  } catch (cause) {
    if (!(cause instanceof DescriptionError)) throw cause;
    throw new CliError("usage", `${description.shown}: ${cause.message}`, { cause });
  }
  const model = join(folder, skeleton.model.name);
  refuseOwnModel(model, generatedMark);
  await makeFolder(folder);
  await replaceFile(model, skeleton.model.text);
  const told = isModelOnly ? { written: [], left: [] } : await writeOthers(folder, skeleton, description);
  tell(cli, folder, { written: [skeleton.model.name, ...told.written], left: told.left });
}

interface Told {
  readonly written: readonly string[];
  readonly left: readonly string[];
}

async function writeOthers(folder: string, skeleton: Skeleton, { path }: DescriptionFile): Promise<Told> {
  const written: string[] = [];
  const left: string[] = [];
  for (const { name, text } of [skeleton.handler, skeleton.readme, skeleton.description]) {
    const target = join(folder, name);
    if (target === path) continue;
    const outcome = await writeIfNew(target, text);
    if (outcome === "written") written.push(name);
    if (outcome === "left") left.push(name);
  }
  return { written, left };
}

function tell(cli: Cli, folder: string, { written, left }: Told): void {
  if (cli.options.json === true) return cli.printJson({ directory: folder, written, left });
  cli.done(`Wrote ${written.join(", ")} in ${folder}`);
  if (left.length > 0)
    cli.note(`${left.join(", ")}: there before, and left as ${left.length === 1 ? "it is" : "they are"}.`);
  if (written.includes("README.md")) cli.note("README.md says how to try it; the work goes into `handle`.");
}

/** A name for a service: what the folder is called, as far as it can be one. */
function serviceNameOf(folder: string): string {
  const words =
    basename(folder)
      .toLowerCase()
      .match(/[a-z0-9]+/g) ?? [];
  const name = words.join("-").slice(0, 40).replace(/-$/, "");
  return /^[a-z]/.test(name) ? name : "my-handler";
}
