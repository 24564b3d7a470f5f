import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";

/** A package that a bundle holds, with its terms. Vite tells the same of the console. */
export interface ThirdParty {
  readonly name: string;
  readonly version: string;
  /** As SPDX names it. */
  readonly identifier?: string;
  /** Its licence file, whole. */
  readonly text?: string;
}

/** Beside every bundle: what it holds of other people's. */
export const thirdPartyFile = "third-party.json";

interface Emitter {
  emitFile(file: { type: "asset"; fileName: string; source: string }): unknown;
}

/** Has the bundler write `third-party.json`. */
export const tellThirdParty = {
  name: "tell-third-party",
  generateBundle(this: Emitter, _: unknown, bundle: Record<string, { readonly moduleIds?: string[] }>): void {
    const folders = Object.values(bundle).flatMap(({ moduleIds = [] }) => moduleIds.flatMap(packageFolder));
    const found = [...new Set(folders)].map(readThirdParty);
    this.emitFile({ type: "asset", fileName: thirdPartyFile, source: JSON.stringify(found) });
  },
};

const inPackage = /^.*\/node_modules\/(?:@[^/]+\/)?[^/]+(?=\/)/;

function packageFolder(moduleId: string): string[] {
  return moduleId.startsWith("\0") ? [] : (inPackage.exec(moduleId)?.slice(0, 1) ?? []);
}

function readThirdParty(folder: string): ThirdParty {
  const { name, version, license } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as {
    name: string;
    version: string;
    license?: string;
  };
  const file = readdirSync(folder).find((entry) => /^(licen[sc]e|copying)/i.test(entry));
  return {
    name,
    version,
    ...(license === undefined ? {} : { identifier: license }),
    ...(file === undefined ? {} : { text: readFileSync(join(folder, file), "utf8").trim() }),
  };
}

/** Throws when the bundle was built without telling. */
export function readThirdPartyFile(bundleDir: string): readonly ThirdParty[] {
  const path = join(bundleDir, thirdPartyFile);
  if (!existsSync(path)) throw new Error(`${path} is not there; build ${dirname(path)} again`);
  return JSON.parse(readFileSync(path, "utf8")) as ThirdParty[];
}

/** The page that fulfils their terms: each package once, by name. */
export function thirdPartyPage(packages: readonly ThirdParty[]): string {
  const byName = new Map(packages.map((each) => [`${each.name} ${each.version}`, each]));
  const names = [...byName.keys()].toSorted((a, b) => (a < b ? -1 : 1));
  const parts = names.map((name) => {
    const { identifier = "no licence named", text } = byName.get(name) ?? {};
    return [`## ${name} (${identifier})`, ...(text === undefined ? [] : ["```text", text, "```"])].join(
      "\n\n",
    );
  });
  return `${["# What Berth holds of other people's", ...parts].join("\n\n")}\n`;
}
