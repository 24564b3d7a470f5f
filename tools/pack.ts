/**
 * `npm run pack`: makes `dist/npm/*.tgz`, what is published: `@berth/cli` from what `build.ts` built, and the SDKs
 * `@berth/client` and `@berth/worker`. It publishes nothing.
 */
import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { dependedOn } from "./outside-packages.ts";
import { assembleCli, binPath, thirdPartyPageName } from "./published-cli.ts";
import { buildClient } from "./published-client.ts";
import { buildWorker } from "./published-worker.ts";
import { publishedManifest, type Manifest, type Publication } from "./published-manifest.ts";

const top = join(import.meta.dirname, "..");
const out = join(top, "dist/npm");

const readManifest = (folder: string): Manifest =>
  JSON.parse(readFileSync(join(top, folder, "package.json"), "utf8")) as Manifest;
const workspaces = ["apps", "packages"].flatMap((root) =>
  readdirSync(join(top, root)).map((name) => readManifest(`${root}/${name}`)),
);

/** Manifest, licence and README around what is in `dir` already; then the tarball. */
function pack(folder: string, dir: string, publication: Publication): void {
  const manifest = publishedManifest(readManifest(folder), workspaces, publication);
  writeFileSync(join(dir, "package.json"), `${JSON.stringify(manifest, undefined, 2)}\n`);
  cpSync(join(top, "LICENSE"), join(dir, "LICENSE"));
  cpSync(join(top, folder, "README.md"), join(dir, "README.md"));
  const run = spawnSync("npm", ["pack", "--json", "--loglevel=error", "--pack-destination", out], {
    cwd: dir,
    encoding: "utf8",
    shell: process.platform === "win32",
  });
  if (run.status !== 0) throw new Error(`npm pack: ${run.error?.message ?? run.stderr}`);
  const [made] = JSON.parse(run.stdout) as { filename: string; size: number; unpackedSize: number }[];
  if (made === undefined) throw new Error(`npm pack made nothing: ${run.stdout}`);
  const megabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(2)} MB`;
  console.log(
    `${join(out, made.filename)} (${megabytes(made.size)}, unpacked ${megabytes(made.unpackedSize)})`,
  );
}

rmSync(out, { recursive: true, force: true });
const cli = join(out, "cli");
const client = join(out, "client");
mkdirSync(cli, { recursive: true });
assembleCli(top, cli);
pack("apps/cli", cli, {
  description: "Runs open models on the computers you have, behind one OpenAI-compatible address",
  entries: { bin: { berth: binPath }, files: ["lib", thirdPartyPageName] },
  dependencies: dependedOn,
  oldestNode: "24",
});
await buildClient(top, join(client, "lib"));
pack("packages/client", client, {
  description: "Typed calls to every management and inference route of a Berth server, for browsers and Node",
  entries: {
    exports: { ".": { types: "./lib/index.d.ts", default: "./lib/index.js" } },
    types: "./lib/index.d.ts",
    files: ["lib"],
    sideEffects: false,
  },
  dependencies: ["zod"],
  oldestNode: "20",
});
const worker = join(out, "worker");
await buildWorker(top, join(worker, "lib"));
pack("packages/worker", worker, {
  description:
    "Runs your function as a worker of a Berth server: queued jobs, calls, or a whole server behind it",
  entries: {
    exports: { ".": { types: "./lib/index.d.ts", default: "./lib/index.js" } },
    types: "./lib/index.d.ts",
    bin: { "berth-worker": "lib/main.js" },
    files: ["lib"],
  },
  dependencies: [],
  oldestNode: "24",
});
