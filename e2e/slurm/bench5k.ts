import { createSshHost } from "../../packages/launchers/src/remote/index.ts";
import { systemClock } from "../../packages/std/src/clock.ts";
import { createListingMemory, createRemoteModelSource } from "../../packages/catalog/src/remote/index.ts";
import { runThere } from "../../apps/server/src/remote/run-there.ts";
import { tinyChatGguf } from "../../packages/testing/src/tiny-gguf.ts";
import { startLab } from "./lab.ts";
const lab = startLab();
const never = new AbortController().signal;
const host = createSshHost({
  facts: { host: lab.host, user: lab.user, sshConfig: lab.sshConfig },
  controlDir: "/tmp/mctl",
  clock: systemClock,
  env: process.env,
});
await host.run({ script: "mkdir -p bench5k && cat > bench5k/w.gguf", stdin: tinyChatGguf() }, never);
const made = await host.run(
  {
    script: `cat > bench5k/make.mjs; berth-test/node bench5k/make.mjs`,
    stdin: `
import { mkdirSync, linkSync, writeFileSync, symlinkSync } from "node:fs";
const c = "c".repeat(40), home = process.env.HOME + "/bench5k";
for (let n = 0; n < 5000; n++) {
  const d = home + "/cache/models--org" + (n % 50) + "--model" + n;
  mkdirSync(d + "/blobs", { recursive: true }); mkdirSync(d + "/snapshots/" + c, { recursive: true }); mkdirSync(d + "/refs");
  linkSync(home + "/w.gguf", d + "/blobs/" + "a".repeat(64));
  symlinkSync("../../blobs/" + "a".repeat(64), d + "/snapshots/" + c + "/m" + n + "-Q4_K_M.gguf");
  writeFileSync(d + "/refs/main", c);
}`,
    timeoutMs: 120000,
  },
  never,
);
console.log(made.exitCode, made.stderr.slice(0, 300));
const profile = {
  id: "b",
  name: "b",
  default: false,
  status: "ready",
  statusReason: null,
  schema: "slurm",
  home: "/home/hpcuser/bh",
  cache: "/home/hpcuser/bench5k/cache",
  slurm: { host: lab.host, user: lab.user },
  connection: null,
} as const;
const there = {
  hostOf: () => host,
  program: async () => ["/home/hpcuser/berth-test/node", "/home/hpcuser/berth-test/runner.mjs"],
};
const source = createRemoteModelSource({
  runThere: runThere(there),
  memory: createListingMemory("/tmp/mlist"),
  clock: systemClock,
});
for (const delay of [0, 0, 100]) {
  lab.fault("wan", `delay=${delay}`);
  const t = performance.now();
  const m = await source.list(profile, never);
  console.log(delay, m.length, ((performance.now() - t) / 1000).toFixed(2));
}
lab.fault("wan", "reset");
await host.run({ script: "rm -rf bench5k", timeoutMs: 120000 }, never);
await host.end();
