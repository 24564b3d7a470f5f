import { join } from "node:path";
import { expect, test } from "vitest";
import { startBerth, top } from "../berth-process.ts";
import { mustRun } from "../run-program.ts";
import { startMock } from "./mock-server.ts";
import { modelsNamed, runSuite } from "./run-suite.ts";
import { fetchSuite } from "./sources.ts";

const cli = join(top, "apps/cli/dist/berth.mjs");
const allOfIt = { passed: 556, failed: [] };
const fetched = await fetchSuite().then(
  (sources) => ({ kind: "there", sources }) as const,
  (error: unknown) => ({ kind: "missing", reason: String(error) }) as const,
);

if (fetched.kind === "missing")
  test.skip(`openai-node's suite cannot be had here: ${fetched.reason}`, () => undefined);
else {
  const { sources } = fetched;

  test("openai-node's suite passes against the mock server itself", async () => {
    await using mock = await startMock(sources);
    expect(await runSuite(sources, mock.url)).toEqual(allOfIt);
  });

  test("openai-node's suite passes through the gateway", async () => {
    await using mock = await startMock(sources);
    // the suite brings keys of its own
    const berth = await startBerth({ demo: false, environment: { BERTH_DEBUG: "1" } });
    try {
      const run = (...words: string[]) =>
        mustRun([process.execPath, cli, "--home-dir", berth.home, ...words]);
      const models = (await modelsNamed(sources)).flatMap((name) => ["--model", name]);
      const where = ["--kind", "openai", "--url", mock.url, "--any-path"];
      await run("provider", "add", "mock", ...where, ...models, "--yes");
      // one of the suite's pictures is asked of no model
      await run("route", "add", "rest", "--match", "default", "--target", "mock/gpt-image-1");
      expect(await runSuite(sources, `${berth.url}/v1`)).toEqual(allOfIt);
    } finally {
      await berth.dispose();
    }
  });
}
