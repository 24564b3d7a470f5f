import { spawnSync } from "node:child_process";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { listServices, startBerth, top, waitForService, type Berth } from "./berth-process.ts";
import { known } from "./demo-models.ts";
import { processesNaming } from "./processes.ts";
import { runProgram, type Ended } from "./run-program.ts";
import { until } from "./until.ts";

const registryAnswers = spawnSync("npm", ["view", "pino", "name"]).status === 0;
const engineMs = 150_000;

let folder: string;
let environment: Record<string, string>;
let berth: Berth;

/** As in a shell in the folder, where nothing of ours was ever installed. */
async function run(...words: readonly [string, ...string[]]): Promise<Ended> {
  const ended = await runProgram(words, { cwd: folder, environment });
  if (ended.exitCode !== 0)
    throw new Error(`${words.join(" ")}: ${ended.exitCode}\n${ended.stdout}${ended.stderr}`);
  return ended;
}
const program = (): string => join(folder, "node_modules/.bin/berth");

beforeAll(async () => {
  if (!registryAnswers) return;
  folder = await mkdtemp(join(tmpdir(), "berth-published-"));
  environment = {
    npm_config_cache: join(folder, "cache"),
    PATH: [dirname(process.execPath), process.env["PATH"]].join(delimiter),
  };
  const packed = await run(process.execPath, join(top, "tools/pack.ts"));
  const tarballs = packed.stdout.split("\n").flatMap((line) => /^\S+\.tgz/.exec(line) ?? []);
  expect(tarballs).toHaveLength(3);
  await writeFile(join(folder, "package.json"), '{ "private": true, "type": "module" }');
  await run("npm", "install", "--no-audit", "--no-fund", ...tarballs);
  berth = await startBerth({ program: [program()], home: join(folder, "home"), environment });
});

afterAll(async () => {
  if (!registryAnswers) return;
  await berth?.dispose();
  expect(await processesNaming(folder)).toEqual([]);
  await rm(folder, { recursive: true, force: true });
});

test.runIf(registryAnswers)("what is published is the program alone, and names no workspace", async () => {
  const root = join(folder, "node_modules/@berth/cli");
  const manifest = await readFile(join(root, "package.json"), "utf8");
  expect(manifest).not.toContain("workspace:");
  const { version } = JSON.parse(await readFile(join(top, "apps/cli/package.json"), "utf8")) as {
    version: string;
  };
  expect(JSON.parse(manifest)).toMatchObject({
    name: "@berth/cli",
    version,
    bin: { berth: "lib/berth.mjs" },
  });
  expect((await run(program(), "--version")).stdout.trim()).toBe(version);
  const files = await readdir(join(root, "lib"), { recursive: true });
  expect(
    files.filter((file) => !/\.(mjs|js|css|html|svg|gguf|json|woff2)$|^(web|demo|web\/assets)$/.test(file)),
  ).toEqual([]);
});

test.runIf(registryAnswers)(
  "the first start tells that it fetches llama.cpp, does, and the demo model answers the CLI",
  async () => {
    await until("news of the installation", async () => {
      const [service] = await listServices(berth);
      if (service?.status === "HEALTHY") throw new Error("it is HEALTHY and never told of an installation");
      return service?.statusReason?.match(/^installing llama\.cpp, once, about \d+ MB$/) ?? undefined;
    });
    await waitForService(berth, "pilot", "HEALTHY", engineMs);
    const { stdout } = await run(
      program(),
      "chat",
      "pilot",
      "--message",
      known.question,
      "--home-dir",
      berth.home,
    );
    expect(stdout.trim()).toBe(known.answer);
    expect(await readdir(join(berth.home, "engines"))).toEqual([expect.stringMatching(/^llama-cpp-\d/)]);
  },
);

test.runIf(registryAnswers)("the console is there", async () => {
  const page = await berth.fetch("/");
  expect(page.status).toBe(200);
  const script = /src="(\/assets\/[^"]+\.js)"/.exec(await page.text())?.[1];
  expect((await berth.fetch(script ?? "/no-script")).status).toBe(200);
});

test.runIf(registryAnswers)("programs use the SDK, and the compiler knows its types", async () => {
  await writeFile(
    join(folder, "program.ts"),
    `import { createClient } from "@berth/client";
const client = createClient({ baseUrl: ${JSON.stringify(berth.url)}, key: ${JSON.stringify(berth.adminKey)} });
const { data } = await client.listServices();
const names: readonly string[] = data.map((service) => service.name);
console.log(names.join());
// @ts-expect-error there is no such call
client.listHorses;
`,
  );
  expect((await run(process.execPath, "program.ts")).stdout).toBe("pilot\n");
  const options = ["--noEmit", "--strict", "--module", "nodenext", "--target", "es2024", "--types", ""];
  await run(join(top, "node_modules/.bin/tsc"), ...options, "program.ts");
});

test.runIf(registryAnswers)(
  "programs are workers by the SDK for them, and the installed command tries handlers out",
  async () => {
    await writeFile(
      join(folder, "worker.ts"),
      `import { start, type HandlerRequest } from "@berth/worker";
const worker = start({ handler: ({ input }: HandlerRequest<{ n: number }>) => input.n * 2, port: 0 });
const answer = await fetch(\`http://127.0.0.1:\${await worker.port}/predict\`, { method: "POST", body: '{"n": 2}' });
console.log("it is " + (await answer.text()));
await worker.stop();
`,
    );
    expect((await run(process.execPath, "worker.ts")).stdout).toContain("it is 4\n");
    expect((await run(program(), "worker", "dev", "--help")).stdout).toContain("berth worker dev");
    expect(await readdir(join(folder, "node_modules/@berth/cli/lib"))).toContain("worker.mjs");
  },
);
