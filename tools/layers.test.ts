import { isBuiltin } from "node:module";
import { join } from "node:path";
import { expect, test } from "vitest";
import { readImports, readWorkspaces, type Import, type Workspace } from "./imports.ts";
import { browserSafe, choosers, layers, ports, testsMayImport } from "./layers.ts";

const top = join(import.meta.dirname, "..");
const workspaces = readWorkspaces(top);
const imports = new Map(workspaces.map((workspace) => [workspace.name, readImports(top, workspace)]));

function violations(complaint: (workspace: Workspace, one: Import) => string | undefined): string[] {
  return workspaces.flatMap((workspace) =>
    (imports.get(workspace.name) ?? []).flatMap((one) => {
      const found = complaint(workspace, one);
      return found === undefined ? [] : [`${one.file}: ${one.specifier}: ${found}`];
    }),
  );
}

const ours = (specifier: string): string | undefined => /^@berth\/([^/]+)/.exec(specifier)?.[1];

test("every workspace has a layer", () => {
  const named = layers.map((layer) => layer.name);
  expect(workspaces.map((workspace) => workspace.name).filter((name) => !named.includes(name))).toEqual([]);
});

test("the scan sees imports at all", () => {
  expect(imports.get("server")?.some((one) => one.specifier === "@berth/store/sqlite")).toBe(true);
});

test("imports follow the table", () => {
  expect(
    violations((workspace, one) => {
      const target = ours(one.specifier);
      const layer = layers.find((candidate) => candidate.name === workspace.name);
      if (target === undefined || target === workspace.name || layer === undefined) return undefined;
      if (layer.mayImport === "anything" || layer.mayImport.includes(target)) return undefined;
      if (one.isTest && testsMayImport.includes(target)) return undefined;
      return `${workspace.name} may not import ${target}: ${layer.because}`;
    }),
  ).toEqual([]);
});

test("only apps that choose, and tests, import adapters", () => {
  expect(
    violations((workspace, one) => {
      const target = ours(one.specifier);
      if (target === undefined || !ports.includes(target) || target === workspace.name) return undefined;
      if (one.specifier === `@berth/${target}` || one.isTest || choosers.includes(workspace.name))
        return undefined;
      return "adapters are named only in apps/ and tests";
    }),
  ).toEqual([]);
});

test("every import is declared in the workspace's own manifest", () => {
  const atRoot = ["vitest", "vitest/config", "fast-check", "tsdown"];
  expect(
    violations((workspace, one) => {
      const { specifier } = one;
      if (specifier.startsWith(".") || specifier.startsWith("virtual:") || isBuiltin(specifier))
        return undefined;
      if (atRoot.includes(specifier)) return undefined;
      const name = specifier
        .split("/")
        .slice(0, specifier.startsWith("@") ? 2 : 1)
        .join("/");
      if (name === `@berth/${workspace.name}` || workspace.runtime.includes(name)) return undefined;
      const unshipped = one.isTest || ["e2e", "bench", "web", "demo-model"].includes(workspace.name);
      if (unshipped && workspace.development.includes(name)) return undefined;
      return `not declared in ${workspace.folder}/package.json`;
    }),
  ).toEqual([]);
});

test("an outside dependency lives in one manifest", () => {
  const holders = new Map<string, string[]>();
  for (const workspace of workspaces) {
    for (const name of [...workspace.runtime, ...workspace.development]) {
      if (name.startsWith("@berth/")) continue;
      holders.set(name, [...(holders.get(name) ?? []), workspace.folder]);
    }
  }
  expect([...holders].filter(([, folders]) => folders.length > 1)).toEqual([]);
});

test("what browsers load imports nothing of Node", () => {
  expect(
    violations((workspace, one) =>
      browserSafe.includes(workspace.name) && !one.isTest && isBuiltin(one.specifier)
        ? "browsers have no such module"
        : undefined,
    ),
  ).toEqual([]);
});
