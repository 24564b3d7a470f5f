import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { checkOut } from "../git-checkout.ts";
import { keptFolder } from "../kept-folder.ts";
import { mustRun } from "../run-program.ts";

const repository = "https://github.com/openai/openai-node.git";
/** Of 2026-08-21, between 7.5.0 and 7.6.0. */
const commit = "7b7d6ca71130d37ec09792c50056b47861f2eccf";
/** Theirs, which their lock file insists on. */
const packageManager = "pnpm@11.5.1";
/** The version that their `scripts/mock` starts. */
const mock = "@stdy/cli@0.22.1";

export interface SuiteSources {
  /** The checkout, with what its tests need installed. */
  readonly folder: string;
  /** The OpenAPI document of the same commit, its paths under /v1 as real servers have them. */
  readonly document: string;
  /** The program that answers as the document says. */
  readonly mockProgram: string;
}

/** openai-node's repository, and the mock server it is tested against. Rejects where they cannot be had. */
export async function fetchSuite(): Promise<SuiteSources> {
  const folder = await keptFolder(`openai-node-${commit}`, async (made) => {
    await checkOut(repository, commit, made);
    const install = ["pnpm", "install", "--filter", ".", "--frozen-lockfile", "--ignore-scripts"];
    await mustRun(["npm", "exec", "--yes", `--package=${packageManager}`, "--", ...install], { cwd: made });
    const document = await readFile(join(made, "api_reference/openapi.transformed.yml"), "utf8");
    await writeFile(join(made, "under-v1.yml"), document.replaceAll(/^ {2}\//gm, "  /v1/"));
  });
  const steady = await keptFolder(mock.replaceAll("/", "-"), (made) =>
    mustRun(["npm", "install", "--prefix", made, "--ignore-scripts", "--no-audit", "--no-fund", mock]),
  );
  return {
    folder,
    document: join(folder, "under-v1.yml"),
    mockProgram: join(steady, "node_modules/.bin/steady"),
  };
}
