import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import type { Pack } from "./pack.ts";
import type { Packer } from "./packer.ts";
import { fetchNode } from "./fetch-node.ts";

export interface RuntimeSource {
  /** The Node that this process runs in. */
  readonly nodePath: string;
  /** The runner's bundle: `runner.mjs` and what lies beside it. */
  readonly runnerDir: string;
  readonly packer: Packer;
  /** Where Nodes for other machines are kept. */
  readonly cacheDir: string;
}

/** What every job needs, and where it is started from, below the home. */
export interface Runtime {
  readonly packs: readonly Pack[];
  readonly nodePath: string;
  readonly runnerPath: string;
}

const nodeAdvice =
  "name a Node of version 24 or later that runs there as node in the profile (berth profile update NAME --node PATH)";

/** Node and the runner for an architecture in `uname -m`'s words; no Node when the profile names one. Hashes are read once. */
export class RuntimePacks {
  readonly #source: RuntimeSource;
  #runnerHash: Promise<string> | undefined;
  readonly #nodeHashes = new Map<string, Promise<string>>();

  constructor(source: RuntimeSource) {
    this.#source = source;
  }

  async runtimeFor(machine: string, ownNode: string | undefined, signal: AbortSignal): Promise<Runtime> {
    const { runnerDir, packer } = this.#source;
    this.#runnerHash ??= hashOfDirectory(runnerDir);
    const runner = `runner-${await this.#runnerHash}`;
    const runnerPack: Pack = {
      title: "the runner",
      path: `runtime/${runner}`,
      open: (opening) => packer.open(runner, () => bundleOf(runnerDir), opening),
    };
    const runnerPath = `runtime/${runner}/runner.mjs`;
    if (ownNode !== undefined) return { packs: [runnerPack], nodePath: ownNode, runnerPath };
    const file = await this.#nodeFor(machine, signal);
    let hashing = this.#nodeHashes.get(file);
    if (hashing === undefined) this.#nodeHashes.set(file, (hashing = hashOfFile(file)));
    const node = `node-${await hashing}`;
    const nodePack: Pack = {
      title: "Node",
      path: `runtime/${node}`,
      open: (opening) => packer.open(node, async () => ({ "bin/node": file }), opening),
      trial: { words: ["bin/node", "--version"], advice: nodeAdvice },
    };
    return { packs: [nodePack, runnerPack], nodePath: `runtime/${node}/bin/node`, runnerPath };
  }

  /** This process's own where it fits, else npm's. */
  async #nodeFor(machine: string, signal: AbortSignal): Promise<string> {
    const arch = nodeArch(machine);
    const isOwnFit = process.platform === "linux" && process.arch === arch && isSelfContained();
    return isOwnFit ? this.#source.nodePath : fetchNode(arch, this.#source.cacheDir, signal);
  }
}

/** Node's word for what `uname -m` says. */
function nodeArch(machine: string): string {
  const words: Readonly<Record<string, string>> = {
    x86_64: "x64",
    amd64: "x64",
    aarch64: "arm64",
    ppc64le: "ppc64",
  };
  return words[machine] ?? machine;
}

/** Distributions' Nodes are a small program with a large library beside it; only libc differs for the others. */
function isSelfContained(): boolean {
  const { variables } = process.config as { variables: { node_shared?: boolean } };
  const report = process.report.getReport() as { header: { glibcVersionRuntime?: string } };
  return variables.node_shared !== true && report.header.glibcVersionRuntime !== undefined;
}

async function bundleOf(dir: string): Promise<Record<string, string>> {
  return Object.fromEntries((await bundleFiles(dir)).map((name) => [name, join(dir, name)]));
}

async function bundleFiles(dir: string): Promise<string[]> {
  const entries = await readdir(dir, { withFileTypes: true });
  return entries
    .flatMap((entry) => (entry.isFile() && !entry.name.endsWith(".map") ? [entry.name] : []))
    .toSorted();
}

async function hashOfDirectory(dir: string): Promise<string> {
  const hash = createHash("sha256");
  for (const name of await bundleFiles(dir)) hash.update(`${name}\0`).update(await readFile(join(dir, name)));
  return hash.digest("hex").slice(0, 16);
}

async function hashOfFile(path: string): Promise<string> {
  const hash = createHash("sha256");
  await pipeline(createReadStream(path), hash);
  return hash.digest("hex").slice(0, 16);
}
