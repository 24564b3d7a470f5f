import { chmod, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { delimiter, join, sep } from "node:path";
import { expect, test } from "vitest";
import { demoModelFile } from "@berth/demo-model";
import { llamaCppPackages, llamaCppVersion } from "@berth/engines/llama-cpp/packages";
import { temporaryFolder, writeFiles } from "@berth/testing/temporary-folder";
import { processesWith } from "../test/processes-with.ts";
import { launchRunner, until, type RunnerSetup } from "../test/launched-runner.ts";

const entry = createRequire(import.meta.url).resolve("@berth/engines/llama-cpp/packages");
const llama = createRequire(entry).resolve("node-llama-cpp").split(`${sep}dist${sep}`)[0] ?? "";
const { platform, arch } = process;
const needed = llamaCppPackages({ platform, arch, hasNvidiaDriver: false });

/** Does as npm does, at once, with the package that lies in this checkout; unless a file tells it to wait or to fail. */
const fakeNpm = `#!${process.execPath}
import { appendFileSync, existsSync, mkdirSync, readFileSync, symlinkSync } from "node:fs";
const at = (name) => new URL("../" + name, import.meta.url).pathname;
const words = process.argv.slice(2);
appendFileSync(at("calls"), JSON.stringify(words) + "\\n");
const go = () => {
  if (existsSync(at("wait"))) return void setTimeout(go, 10);
  if (existsSync(at("fail"))) {
    console.error(readFileSync(at("fail"), "utf8"));
    process.exit(1);
  }
  const modules = words[words.indexOf("--prefix") + 1] + "/node_modules";
  mkdirSync(modules);
  symlinkSync(${JSON.stringify(llama)}, modules + "/node-llama-cpp");
};
go();
`;

async function installation() {
  const folder = await temporaryFolder();
  const bin = join(folder.path, "bin");
  const engines = join(folder.path, "engines");
  await writeFiles(folder.path, { "bin/npm": fakeNpm, "package.json": '{ "type": "module" }' });
  await chmod(join(bin, "npm"), 0o755);
  const config = {
    modelPath: demoModelFile,
    servedName: "berth/pilot",
    task: "text-generation",
    contextTokens: 256,
    maxInputTokens: null,
    parallel: 1,
    threads: 1,
    gpuLayers: null,
    lora: [],
    batchTokens: 256,
    flashAttention: "auto",
    cacheType: "f16",
  };
  const setup = (startTimeoutMs = 10_000): RunnerSetup => ({
    spec: { program: { kind: "embedded", engine: "llama-cpp", config }, startTimeoutMs },
    processEnv: {
      BERTH_ENGINES_DIR: engines,
      PATH: `${bin}${delimiter}${process.env.PATH ?? ""}`,
    },
  });
  return {
    folder: folder.path,
    engines,
    setup,
    tell: (name: "wait" | "fail", text = "") => writeFile(join(folder.path, name), text),
    untell: (name: "wait" | "fail") => rm(join(folder.path, name)),
    calls: async (): Promise<string[][]> =>
      (await readFile(join(folder.path, "calls"), "utf8"))
        .trim()
        .split("\n")
        .map((line) => JSON.parse(line) as string[]),
    [Symbol.asyncDispose]: () => folder[Symbol.asyncDispose](),
  };
}

test("what the engine lacks is installed once, by whichever launch is first, and then it serves", async () => {
  await using berth = await installation();
  await using first = await launchRunner(berth.setup());
  await using second = await launchRunner(berth.setup());
  await Promise.all([first.phase("ready"), second.phase("ready")]);
  const calls = await berth.calls();
  expect(calls).toHaveLength(1);
  expect(calls[0]?.slice(-2)).toEqual(needed?.packages);
  expect(calls[0]).toContain("--ignore-scripts");
  expect(await readdir(berth.engines)).toEqual([`llama-cpp-${llamaCppVersion}`]);
  await using third = await launchRunner(berth.setup());
  await third.phase("ready");
  expect(await berth.calls()).toHaveLength(1);
});

test("while it installs, it says so, and the time to start does not run", async () => {
  await using berth = await installation();
  await berth.tell("wait");
  const startTimeoutMs = 100;
  await using runner = await launchRunner(berth.setup(startTimeoutMs));
  const begun = performance.now();
  const state = await runner.phase("installing");
  await until("longer wait than the time to start", () =>
    performance.now() - begun > 5 * startTimeoutMs ? true : undefined,
  );
  const health = await runner.call("/-/health");
  expect(JSON.parse(health.body)).toMatchObject({
    phase: "installing",
    progress: { message: "installing llama.cpp, once, about 85 MB", fraction: null },
  });
  expect((await runner.call("/v1/models")).body).toContain("installing llama.cpp");
  expect(state.engine).toBeNull();
});

test("asked to stop while it installs, it stops at once, and npm with it", async () => {
  await using berth = await installation();
  await berth.tell("wait");
  await using runner = await launchRunner(berth.setup());
  await until("call of npm", () => berth.calls().catch(() => undefined));
  runner.process.kill("SIGTERM");
  expect(await runner.ended()).toMatchObject({
    exit: { requested: true, reason: "stopped, as asked", exitCode: null },
  });
  expect(await processesWith(berth.folder)).toEqual([]);
});

test.runIf(platform === "linux")(
  "killed while it installs, npm dies too, and the next launch installs anew",
  async () => {
    await using berth = await installation();
    await berth.tell("wait");
    await using runner = await launchRunner(berth.setup());
    await until("call of npm", () => berth.calls().catch(() => undefined));
    runner.process.kill("SIGKILL");
    await until("end of npm", async () =>
      (await processesWith(berth.folder)).length === 0 ? true : undefined,
    );
    await berth.untell("wait");
    await using next = await launchRunner(berth.setup());
    await next.phase("ready");
    expect(await readdir(berth.engines)).toEqual([`llama-cpp-${llamaCppVersion}`]);
  },
);

test("when npm fails, its words are the reason, nothing half is left in the way, and the next launch tries again", async () => {
  await using berth = await installation();
  await berth.tell("fail", "npm error code E404\nnpm error 404 No match found for version 9.9.9");
  await using runner = await launchRunner(berth.setup());
  const { exit } = await runner.ended();
  expect(exit).toMatchObject({ exitCode: 1, requested: false });
  expect(exit?.reason).toContain(
    "llama.cpp could not be installed: npm: 404 No match found for version 9.9.9",
  );
  expect(exit?.reason).toContain(`npm install --prefix ${berth.engines}/llama-cpp-${llamaCppVersion} `);
  expect(exit?.logTail).toContain("npm error code E404");
  await berth.untell("fail");
  await using next = await launchRunner(berth.setup());
  await next.phase("ready");
});

test("where the engines' directory cannot be made, that is the reason", async () => {
  await using berth = await installation();
  await writeFile(berth.engines, "a file");
  await using runner = await launchRunner(berth.setup());
  const { exit } = await runner.ended();
  expect(exit?.reason).toMatch(/^llama\.cpp could not be installed into .*: E(EXIST|NOTDIR)/);
});
