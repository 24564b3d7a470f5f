import { expect, test } from "vitest";
import { publishedManifest, type Manifest } from "./published-manifest.ts";

const own: Manifest = { name: "@berth/cli", version: "1.2.3", dependencies: { "@berth/api": "workspace:*" } };
const store: Manifest = { name: "@berth/store", version: "0.0.0", dependencies: { sql: "13.2.0" } };

const publish = (dependencies: readonly string[], workspaces: readonly Manifest[]) =>
  publishedManifest(own, workspaces, {
    description: "runs models",
    entries: { bin: { berth: "lib/berth.mjs" } },
    dependencies,
    oldestNode: "24",
  });

test("a published package depends on what bundles leave outside, exactly as it was tested, and on no workspace", () => {
  expect(publish(["sql"], [own, store])).toMatchObject({
    name: "@berth/cli",
    version: "1.2.3",
    bin: { berth: "lib/berth.mjs" },
    engines: { node: ">=24" },
    dependencies: { sql: "13.2.0" },
  });
  expect(JSON.stringify(publish(["sql"], [own, store]))).not.toContain("workspace:");
});

test.each([
  ["that nobody declares", [own], "no workspace declares sql"],
  ["that two declare", [store, { ...store, name: "@berth/jobs" }], "more than one workspace"],
  ["of any version", [{ ...store, dependencies: { sql: "^13.2.0" } }], "publish one exact version"],
])("a dependency %s is refused", (_, workspaces, message) => {
  expect(() => publish(["sql"], workspaces)).toThrow(message);
});
