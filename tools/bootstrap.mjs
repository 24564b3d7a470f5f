// Takes a machine that has only Node >= 18 with npm to a running Berth: Node 24, pnpm, the locked dependencies, the
// build, then the command. It depends on nothing but Node; each step is skipped when its inputs have not changed.
import { spawn, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const wanted = { node: "24.21.0", pnpm: "12.21.0" };
const oldestNode = 24;
const top = dirname(dirname(fileURLToPath(import.meta.url)));
const tools = join(top, ".tools");
const toolsBin = join(tools, "node_modules", ".bin");
const say = (text) => process.stderr.write(`berth: ${text}\n`);

const [command = "start", ...rest] = process.argv.slice(2);
const commands = {
  start: () => run(["apps/server/dist/server.mjs", "start", ...rest]),
  test: () => run(["tools/test.ts", ...rest]),
  "test:long": () => run(["tools/test.ts", "--long", ...rest]),
  bench: () => run(["bench/main.ts", ...rest]),
  pack: () => run(["tools/pack.ts"]),
  install: () => undefined,
};

if (!(command in commands)) {
  say(`unknown command ${command}; one of: ${Object.keys(commands).join(", ")}`);
  process.exit(2);
}

ensureTools();
const environment = { ...process.env, PATH: `${toolsBin}${delimiter}${process.env.PATH ?? ""}` };
const node =
  Number(process.versions.node.split(".")[0]) >= oldestNode ? process.execPath : join(toolsBin, "node");
ensureDependencies();
ensureBuild();
commands[command]();

/** Node (when this one is too old) and pnpm, into `.tools`, by npm. */
function ensureTools() {
  once(
    "tools",
    JSON.stringify([wanted, process.platform, process.arch]),
    [join(toolsBin, "node"), join(toolsBin, "pnpm")],
    () => {
      say(`getting Node ${wanted.node} and pnpm ${wanted.pnpm} into .tools (once)`);
      mkdirSync(tools, { recursive: true });
      const manifest = { private: true, dependencies: wanted, allowScripts: { node: true, pnpm: true } };
      writeFileSync(join(tools, "package.json"), `${JSON.stringify(manifest, undefined, 2)}\n`);
      must("npm", ["install", "--prefix", tools, "--no-audit", "--no-fund", "--loglevel=error"], process.env);
    },
  );
}

/** What the lock file names, no more and no less. */
function ensureDependencies() {
  const inputs = ["pnpm-lock.yaml", "pnpm-workspace.yaml", "package.json", ...manifests()];
  const key = inputs.map((path) => readFileSync(join(top, path), "utf8")).join("\0");
  once("dependencies", key, [join(top, "node_modules", ".modules.yaml")], () => {
    say("installing dependencies");
    // The lock file holds; a package manager asked by a script must not ask back.
    must("pnpm", ["install", "--frozen-lockfile", "--reporter=append-only", "--loglevel=error"], {
      ...environment,
      CI: "true",
    });
  });
}

/** Server, runner, CLI and console as bundles: what starts fast. */
function ensureBuild() {
  once(
    "build",
    sourcesKey(),
    [join(top, "apps/server/dist/server.mjs"), join(top, "apps/web/dist/index.html")],
    () => {
      say("building");
      must(node, ["tools/build.ts"], environment);
    },
  );
}

/** Runs `work` unless it succeeded before with the same key and its results are still there. */
function once(name, key, results, work) {
  const stamp = join(tools, `${name}.stamp`);
  const digest = createHash("sha256").update(key).digest("hex");
  if (existsSync(stamp) && readFileSync(stamp, "utf8") === digest && results.every(existsSync)) return;
  work();
  mkdirSync(tools, { recursive: true });
  writeFileSync(`${stamp}.new`, digest);
  renameSync(`${stamp}.new`, stamp);
}

function manifests() {
  const folders = ["apps", "packages"].flatMap((root) =>
    readdirSync(join(top, root)).map((name) => `${root}/${name}`),
  );
  return [...folders, "e2e", "bench", "models/demo"]
    .map((folder) => `${folder}/package.json`)
    .filter((path) => existsSync(join(top, path)));
}

/** Names, sizes and times of every source: a build is cheap, hashing all of it at each start is not. */
function sourcesKey() {
  const seen = [];
  const walk = (folder) => {
    for (const entry of readdirSync(folder, { withFileTypes: true })) {
      if (entry.name === "node_modules" || entry.name === "dist" || entry.name === "fixtures") continue;
      const path = join(folder, entry.name);
      if (entry.isDirectory()) walk(path);
      else {
        const { size, mtimeMs } = statSync(path);
        seen.push(`${path}:${size}:${mtimeMs}`);
      }
    }
  };
  for (const root of ["apps", "packages", "tools"]) walk(join(top, root));
  return `${seen.sort((a, b) => (a < b ? -1 : 1)).join("\n")}\n${readFileSync(join(top, "pnpm-lock.yaml"), "utf8")}`;
}

function must(program, args, env) {
  const { status, error, signal } = spawnSync(program, args, {
    cwd: top,
    env,
    stdio: ["ignore", 2, 2],
    shell: process.platform === "win32",
  });
  if (status === 0) return;
  say(
    `${program} ${args.join(" ")} failed: ${error?.message ?? (signal ? `killed by ${signal}` : `exit code ${status}`)}`,
  );
  process.exit(1);
}

/** The command itself, in this terminal: its exit code is ours, our signals are its. */
function run(args) {
  const child = spawn(node, args, { cwd: top, env: environment, stdio: "inherit" });
  for (const signal of ["SIGTERM", "SIGHUP"]) process.on(signal, () => child.kill(signal));
  // The terminal sends Ctrl-C to the child too; passing it on would count twice.
  process.on("SIGINT", () => {});
  child.on("error", (error) => {
    say(error.message);
    process.exit(1);
  });
  child.on("exit", (code, signal) => {
    if (signal === null) process.exit(code ?? 1);
    process.removeAllListeners(signal);
    process.kill(process.pid, signal);
  });
}
