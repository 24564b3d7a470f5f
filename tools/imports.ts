import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** One workspace: its folder, the last part of its name, and what its manifest declares. */
export interface Workspace {
  readonly name: string;
  readonly folder: string;
  readonly runtime: readonly string[];
  readonly development: readonly string[];
}

export interface Import {
  readonly file: string;
  readonly specifier: string;
  readonly isTest: boolean;
}

const roots = ["apps", "packages"];
const singles = ["e2e", "bench", "models/demo"];
const skipped = new Set(["node_modules", "dist", "fixtures", "out"]);
const importPattern =
  /(?:^|\n)\s*(?:import|export)\s(?:[^"';]*?\sfrom\s)?["']([^"']+)["']|\bimport\(\s*["']([^"']+)["']\s*\)/g;

/** Every workspace of the repository, read from its manifest. */
export function readWorkspaces(top: string): readonly Workspace[] {
  const folders = [
    ...roots.flatMap((root) => readdirSync(join(top, root)).map((name) => `${root}/${name}`)),
    ...singles,
  ];
  return folders.map((folder) => {
    const manifest = JSON.parse(readFileSync(join(top, folder, "package.json"), "utf8")) as {
      name: string;
      dependencies?: Record<string, string>;
      optionalDependencies?: Record<string, string>;
      peerDependencies?: Record<string, string>;
      devDependencies?: Record<string, string>;
    };
    return {
      name: manifest.name.replace(/^@berth\//, ""),
      folder,
      runtime: Object.keys({
        ...manifest.dependencies,
        ...manifest.optionalDependencies,
        ...manifest.peerDependencies,
      }),
      development: Object.keys(manifest.devDependencies ?? {}),
    };
  });
}

/** Every import of a workspace's sources, static and dynamic, types included. */
export function readImports(top: string, workspace: Workspace): readonly Import[] {
  return sourceFiles(join(top, workspace.folder)).flatMap((path) => {
    const text = readFileSync(path, "utf8");
    const file = path.slice(top.length + 1);
    const isTest = /\.test\.tsx?$|\.config\.ts$|\/mock\/|\/test\//.test(file);
    return [...text.matchAll(importPattern)].map((match) => ({
      file,
      specifier: match[1] ?? match[2] ?? "",
      isTest,
    }));
  });
}

function sourceFiles(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    if (skipped.has(entry.name)) return [];
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return sourceFiles(path);
    return /\.(ts|tsx|mts)$/.test(entry.name) ? [path] : [];
  });
}
