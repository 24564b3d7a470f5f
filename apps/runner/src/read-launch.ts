import { readFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { BerthError } from "@berth/api/error";
import { launchFiles, runnerSpecSchema, type RunnerSpec } from "@berth/api/runner";
import { z } from "@berth/api/schema";

/** What the launcher left in the launch directory. */
export interface Launch {
  readonly dir: string;
  readonly spec: RunnerSpec;
  readonly secret: string;
}

/** Rejects, naming the file, when one is missing or is not what it should be. */
export async function readLaunch(dir: string): Promise<Launch> {
  const specPath = join(dir, launchFiles.spec);
  const spec = runnerSpecSchema.safeParse(JSON.parse(await readFile(specPath, "utf8")));
  if (!spec.success)
    throw new BerthError("invalid_request", `${specPath} is not a launch's: ${z.prettifyError(spec.error)}`);
  if (spec.data.launchId !== basename(dir))
    throw new BerthError("invalid_request", `${specPath} is of another launch, ${spec.data.launchId}`);
  const secret = await readFile(join(dir, launchFiles.secret), "latin1");
  if (secret === "") throw new BerthError("invalid_request", `${join(dir, launchFiles.secret)} is empty`);
  return { dir, spec: spec.data, secret };
}
