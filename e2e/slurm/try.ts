import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { createSshHost } from "../../packages/launchers/src/remote/index.ts";
import { systemClock } from "../../packages/std/src/clock.ts";
import {
  createListingMemory,
  createRemoteHub,
  createRemoteModelSource,
} from "../../packages/catalog/src/remote/index.ts";
import { createHub } from "../../packages/catalog/src/huggingface/index.ts";
import { runThere } from "../../apps/server/src/remote/run-there.ts";
import { runAsJob } from "../../apps/server/src/remote/run-as-job.ts";
import { startHubDouble } from "../../packages/testing/src/hub-double.ts";
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
const T = async <T>(what: string, f: () => Promise<T>): Promise<T> => {
  const t = performance.now();
  try {
    return await f();
  } finally {
    console.log(what, ((performance.now() - t) / 1000).toFixed(2) + " s");
  }
};
await T("connect", () => host.run({ script: "true" }, never));
const have = (await host.run({ script: "ls berth-test/node" }, never)).exitCode === 0;
if (!have) {
  await T("node", () =>
    host.run(
      {
        script: "mkdir -p berth-test && cat > berth-test/node && chmod +x berth-test/node",
        stdin: readFileSync(process.execPath),
      },
      never,
    ),
  );
}
const tar = execFileSync("tar", ["c", "--exclude=*.map", "-C", "apps/runner/dist", "."], { maxBuffer: 1e8 });
await T("runner", () => host.run({ script: "tar x -C berth-test", stdin: tar }, never));
const profile = {
  id: "della",
  name: "della",
  default: false,
  status: "ready",
  statusReason: null,
  schema: "slurm",
  home: "/home/hpcuser/bh",
  cache: "/home/hpcuser/cache",
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
  demo: { path: process.cwd() + "/models/demo/pilot-q8_0.gguf", name: "berth/pilot" },
});
const models = await T("list", () => source.list(profile, never));
console.log(models.map((m) => [m.repo, m.location, m.status]).slice(0, 5), models.length);
await T("list", () => source.list(profile, never));
const demo = models.find((m) => m.location === "demo");
if (demo) console.log((await T("stage", () => source.stage(demo, profile, never))).path);
const double = await startHubDouble({
  repos: [
    {
      id: "org/a",
      files: {
        "m-Q4_K_M.gguf": { sizeBytes: 32 * 2 ** 20, seed: "a", head: tinyChatGguf().toString("base64") },
      },
    },
  ],
});
const hubOptions = {
  endpoint: double.endpoint,
  token: () => undefined,
  offline: () => false,
  clock: systemClock,
};
const hub = createRemoteHub({
  runThere: runThere(there),
  asJob: runAsJob({ ...there, homeId: "try", clock: systemClock }),
  hub: createHub({ ...hubOptions, fetch }),
  ...hubOptions,
  stagingHome: "/tmp/mstage",
  random: Math.random,
});
const plan = await T("plan", () => hub.plan({ repo: "org/a" }, profile, never));
console.log(plan);
await T("download", () =>
  hub.download(plan, { profile, id: "d1", onProgress: (p) => console.log(JSON.stringify(p)) }, never),
);
if (process.argv[2] === "job")
  await T("job", () =>
    hub
      .download(
        { ...plan, means: "slurm-job" },
        { profile, id: "d2", onProgress: (p) => console.log(JSON.stringify(p)) },
        never,
      )
      .catch((e) => console.log(e.message)),
  );
await double.close();
await host.end();
