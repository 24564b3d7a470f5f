import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { readFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { pipeline } from "node:stream/promises";
import type { Pack } from "./pack.ts";
import type { Packer } from "./packer.ts";
import { fetchNode } from "./fetch-node.ts";
import { nodeArch } from "./node-arch.ts";

export interface RuntimeSource {
  /** The Node that this process runs in. */
  readonly nodePath: string;
  /** The runner's built entry; what it loads lies beside it. */
  readonly runnerEntry: string;
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
    const { runnerEntry, packer } = this.#source;
    this.#runnerHash ??= hashOfBundle(runnerEntry);
    const runner = `runner-${await this.#runnerHash}`;
    const runnerPack: Pack = {
      title: "the runner",
      path: `runtime/${runner}`,
      open: (opening) => packer.open(runner, () => bundleOf(runnerEntry), opening),
    };
    const runnerPath = `runtime/${runner}/${basename(runnerEntry)}`;
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

/** Distributions' Nodes are a small program with a large library beside it; only libc differs for the others. */
function isSelfContained(): boolean {
  const { variables } = process.config as { variables: { node_shared?: boolean } };
  return variables.node_shared !== true && hasGlibc();
}

function hasGlibc(): boolean {
  // Node 22.0 and later; its types do not know of it yet
  const report = process.report as typeof process.report & { excludeNetwork: boolean };
  const before = report.excludeNetwork;
  // else it asks the resolver for the name of every peer, and the whole process waits
  report.excludeNetwork = true;
  try {
    const { header } = report.getReport() as { header: { glibcVersionRuntime?: string } };
    return header.glibcVersionRuntime !== undefined;
  } finally {
    report.excludeNetwork = before;
  }
}

async function bundleOf(entry: string): Promise<Record<string, string>> {
  const dir = dirname(entry);
  return Object.fromEntries((await bundleFiles(entry)).map((name) => [name, join(dir, name)]));
}

/** The entry and what it loads of the files beside it, where other programs' files may lie too. */
async function bundleFiles(entry: string): Promise<readonly string[]> {
  const dir = dirname(entry);
  const names = new Set([basename(entry)]);
  for (const name of names) {
    const text = await readFile(join(dir, name), "utf8");
    for (const [, other = ""] of text.matchAll(/["']\.\/([\w.-]+\.m?js)["']/g)) names.add(other);
  }
  return [...names].toSorted();
}

async function hashOfBundle(entry: string): Promise<string> {
  const hash = createHash("sha256");
  for (const name of await bundleFiles(entry))
    hash.update(`${name}\0`).update(await readFile(join(dirname(entry), name)));
  return hash.digest("hex").slice(0, 16);
}

async function hashOfFile(path: string): Promise<string> {
  const hash = createHash("sha256");
  await pipeline(createReadStream(path), hash);
  return hash.digest("hex").slice(0, 16);
}
