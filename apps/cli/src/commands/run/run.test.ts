import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { BerthError } from "@berth/api";
import { describe, expect, test } from "vitest";
import { samplePreview, sampleProfile, sampleService } from "../../test/samples.ts";
import { startRig } from "../../test/rig.ts";
import type { StubHandlers } from "../../test/stub-server.ts";

const launching: StubHandlers = {
  previewService: () => samplePreview(),
  createService: () => sampleService({ status: "SUBMITTED" }),
  listProfiles: () => ({
    data: [
      sampleProfile(),
      sampleProfile({ id: "lab", name: "lab", default: false }),
      sampleProfile({
        id: "della",
        name: "della",
        default: false,
        schema: "slurm",
        slurm: { host: "della" },
        home: "/scratch/me",
        cache: "/shared",
      }),
    ],
  }),
};

test("the steps are told as they are taken, then where to call it", async () => {
  await using rig = await startRig(launching);
  const { code, stdout } = await rig.run(["run", "text-generation", "berth/pilot"]);
  expect(code).toBe(0);
  expect(stdout).toBe(
    [
      "✔ Found 49 models",
      "✔ Found 1 revision",
      "✔ Found model berth/pilot",
      `✔ Started service: ${sampleService().id}`,
      "  pilot is SUBMITTED",
      "",
      "Call it (it waits until the service is healthy):",
      "",
      '  curl http://localhost:8080/v1/chat/completions -H "Authorization: Bearer $BERTH_AUTH_TOKEN" \\',
      `    -H "Content-Type: application/json" -d '{"messages": [{"role": "user", "content": "Hello!"}]}'`,
      "",
      "",
    ].join("\n"),
  );
});

const requests: readonly (readonly [words: readonly string[], body: Record<string, unknown>])[] = [
  [
    ["-p", "lab", "-n", "mine", "text-generation", "berth/pilot"],
    { image: "text-generation", model: "berth/pilot", profile: "lab", name: "mine" },
  ],
  [
    ["embeddings", "a/b", "--revision", "v1", "--port", "8085", "--force"],
    { image: "embeddings", model: "a/b", revision: "v1", port: 8085, force: true },
  ],
  [
    [
      "rerank",
      "a/b",
      "--max-input-length",
      "1",
      "--max-total-tokens",
      "2",
      "--parallel",
      "3",
      "--threads",
      "4",
      "--file",
      "Q8_0",
    ],
    {
      image: "rerank",
      model: "a/b",
      options: { maxInputTokens: 1, maxTotalTokens: 2, parallel: 3, threads: 4, file: "Q8_0" },
    },
  ],
  [
    ["-m", "/data", "speech-recognition", "a/b", "--mount", "/my: files:/data/audio"],
    {
      image: "speech-recognition",
      model: "a/b",
      mounts: [{ source: "/data" }, { source: "/my: files", target: "/data/audio" }],
    },
  ],
  [["pipeline", "a/b"], { image: "pipeline", model: "a/b" }],
  [
    ["pipeline", "a/b", "--task", "summarization", "--threads", "2", "--allow-private-urls"],
    {
      image: "pipeline",
      task: "summarization",
      model: "a/b",
      options: { threads: 2, allowPrivateUrls: true },
    },
  ],
  [
    [
      "text-generation",
      "a/b",
      "--lora",
      "/l/one.gguf",
      "--lora",
      "/l/two.gguf=0.5",
      "--gpu-layers",
      "auto",
      "--",
      "--rope",
      "-p",
    ],
    {
      image: "text-generation",
      model: "a/b",
      options: {
        gpuLayers: "auto",
        lora: [
          { path: "/l/one.gguf", scale: 1 },
          { path: "/l/two.gguf", scale: 0.5 },
        ],
        extra: ["--rope", "-p"],
      },
    },
  ],
  [
    [
      "command",
      "--health",
      "health",
      "--model",
      "me/mine",
      "--env",
      "A=b=c",
      "--env",
      "HOME_SWEET",
      "--cwd",
      "/srv",
      "--start-timeout",
      "2m",
      "--",
      "my-server",
      "--port",
      "{port}",
    ],
    {
      image: "command",
      model: "me/mine",
      command: {
        argv: ["my-server", "--port", "{port}"],
        env: { A: "b=c", HOME_SWEET: "home" },
        cwd: "/srv",
        healthPath: "/health",
        startTimeoutSeconds: 120,
      },
    },
  ],
];

test.concurrent.for(requests)("run %j", async ([words, body]) => {
  await using rig = await startRig(launching);
  const { code, stderr } = await rig.run(["run", ...words], { env: { HOME_SWEET: "home" } });
  expect([code, stderr.split("\n")[0]]).toEqual([0, "Watch it: berth wait pilot, berth logs pilot -f"]);
  expect(rig.stub.asked.map(({ route }) => route)).toEqual(["previewService", "createService"]);
  for (const asked of rig.stub.asked) expect(asked.body).toEqual(body);
});

const clusterRequests: readonly (readonly [words: readonly string[], body: Record<string, unknown>])[] = [
  [
    // as people know it from elsewhere
    "--profile della --gres 1 --mem 16 --ntasks-per-node 4 --time 00:30:00 --constraint amd&gpu40 text-generation TinyLlama/TinyLlama-1.1B-Chat-v1.0 --api-key sealsaretasty".split(
      " ",
    ),
    {
      image: "text-generation",
      model: "TinyLlama/TinyLlama-1.1B-Chat-v1.0",
      profile: "della",
      apiKey: "sealsaretasty",
      resources: {
        time: "00:30:00",
        gres: "1",
        memoryMiB: 16_384,
        ntasksPerNode: 4,
        constraint: "amd&gpu40",
      },
    },
  ],
  [
    "text-generation a/b -p della --partition gpu --account lab --qos high --nodes 2 --exclude g[1-4] --reservation r --sbatch=--mail-type=END --sbatch=-H --renew --mem 500M".split(
      " ",
    ),
    {
      image: "text-generation",
      model: "a/b",
      profile: "della",
      renew: true,
      resources: {
        partition: "gpu",
        account: "lab",
        qos: "high",
        nodes: 2,
        exclude: "g[1-4]",
        reservation: "r",
        memoryMiB: 500,
        sbatch: ["--mail-type=END", "-H"],
      },
    },
  ],
  [
    "--engine vllm text-generation a/b -p della --runtime apptainer --image /shared/vllm.sif --mount ~/in:/data:ro --mount /out --env A=b --env HOME_SWEET --shm-size 8G --idle-timeout 15m --allow-shared-port".split(
      " ",
    ),
    {
      image: "text-generation",
      model: "a/b",
      profile: "della",
      engine: "vllm",
      runtime: "apptainer",
      container: "/shared/vllm.sif",
      mounts: [{ source: "~/in", target: "/data", readOnly: true }, { source: "/out" }],
      env: { A: "b", HOME_SWEET: "home" },
      idleTimeoutSeconds: 900,
      allowSharedPort: true,
      options: { sharedMemoryMiB: 8192 },
    },
  ],
  [
    "text-generation ~/models/m -p della --disable-custom-kernels --sharded true --num-shard 2 --trust-remote-code --max-stop-sequences 8 --max-batch-prefill-tokens 4096".split(
      " ",
    ),
    {
      image: "text-generation",
      model: "~/models/m",
      profile: "della",
      options: {
        disableCustomKernels: true,
        sharded: true,
        numShard: 2,
        trustRemoteCode: true,
        maxStopSequences: 8,
        maxBatchPrefillTokens: 4096,
      },
    },
  ],
  [
    ["command", "-p", "della", "--time", "45m", "--env", "A=b", "--", "serve", "{socket}"],
    {
      image: "command",
      profile: "della",
      resources: { time: "45m" },
      command: { argv: ["serve", "{socket}"], env: { A: "b" } },
    },
  ],
];

test.concurrent.for(clusterRequests)("run %j asks the cluster for it", async ([words, body]) => {
  await using rig = await startRig(launching);
  const { code } = await rig.run(["run", ...words], { env: { HOME_SWEET: "home" } });
  expect(code).toBe(0);
  expect(rig.stub.asked.at(-1)).toMatchObject({ route: "createService" });
  expect(rig.stub.asked.at(-1)?.body).toEqual(body);
});

test("a command runs where the user is, unless told otherwise", async () => {
  await using rig = await startRig(launching);
  await rig.run(["run", "command", "--", "x", "{port}"], { cwd: "/usr" });
  expect(rig.stub.asked.at(-1)?.body).toMatchObject({ command: { cwd: "/usr" } });
});

test.concurrent.for([
  [["text-generation"], "berth: missing required argument 'model'"],
  [
    ["text-generation", "a/b", "c/d"],
    'berth: one model at a time: "c/d" is too much (engine options go after --)',
  ],
  [["pipeline", "a/b", "--task", "summaries"], "Allowed choices are text-classification"],
  [["text-generation", "a/b", "--parallel", "0"], "Give a whole number from 1 to 256."],
  [
    ["text-generation", "a/b", "--gpu-layers", "some"],
    'berth: --gpu-layers: "some" is neither a count nor auto',
  ],
  [["text-generation", "a/b", "--timeout", "soon"], 'berth: --timeout: "soon" is no duration'],
  [["text-generation", "a/b", "--api-key-file", "/nonexistent"], "berth: --api-key-file: ENOENT"],
  [["text-generation", "a/b", "--api-key", "k", "--ask-api-key"], "berth: give the key one way only"],
  [["command", "--env", "1=x", "--", "x"], 'berth: --env: "1" is no variable\'s name'],
  [
    ["--time", "00:30:00", "--gres", "1", "text-generation", "a/b"],
    "berth: --time, --gres: only slurm profiles",
  ],
  [["text-generation", "a/b", "--mem", "16", "-p", "lab"], "lab is a local profile, leave them out"],
  [["text-generation", "a/b", "--renew"], "berth: --renew: only slurm profiles"],
  [["text-generation", "a/b", "-p", "della", "--time", "soon"], 'berth: --time: "soon" is no wall time'],
  [["text-generation", "a/b", "-p", "della", "--mem", "much"], 'berth: --mem: "much" is no size'],
  [["text-generation", "a/b", "-p", "della", "--mount", "in"], 'berth: --mount: "in" is to be a path'],
  [["text-generation", "a/b", "--mount", ":ro"], 'berth: --mount: ":ro" names no directory'],
  [["text-generation", "a/b", "--idle-timeout", "5s"], "berth: --idle-timeout: give 10 seconds at least"],
  [["text-generation", "a/b", "--runtime", "lxc"], "Allowed choices are process, docker"],
  [["text-generation", "a/b", "--sharded", "maybe"], "Allowed choices are true, false"],
] as const)("run %j is refused before anything is launched", async ([words, said]) => {
  await using rig = await startRig(launching);
  const { code, stderr } = await rig.run(["run", ...words]);
  expect(code).toBe(2);
  expect(stderr).toContain(said);
  expect(rig.stub.asked.map(({ route }) => route)).not.toContain("createService");
});

describe("the service's own key", () => {
  test("comes from a file, and the curl line reads it there", async () => {
    const folder = mkdtempSync(join(tmpdir(), "berth-key-"));
    const file = join(folder, "key file");
    writeFileSync(file, "seals-are-tasty\n");
    await using rig = await startRig(launching);
    const { stdout, stderr } = await rig.run([
      "run",
      "text-generation",
      "berth/pilot",
      "--api-key-file",
      file,
    ]);
    rmSync(folder, { recursive: true });
    expect(rig.stub.asked.at(-1)?.body).toMatchObject({ apiKey: "seals-are-tasty" });
    expect(stdout).toContain(`Bearer $(cat '${file}')`);
    expect(stdout + stderr).not.toContain("seals");
  });

  test("comes from standard input", async () => {
    await using rig = await startRig(launching);
    await rig.run(["run", "text-generation", "a/b", "--api-key-file", "-"], { stdin: "seals-are-tasty\n" });
    expect(rig.stub.asked.at(-1)?.body).toMatchObject({ apiKey: "seals-are-tasty" });
  });

  test("draws a warning in argv", async () => {
    await using rig = await startRig(launching);
    const { code, stderr } = await rig.run(["run", "text-generation", "a/b", "--api-key", "seals-are-tasty"]);
    expect(code).toBe(0);
    expect(stderr).toMatch(/^⚠ other users of this machine can read --api-key/);
  });
});

describe("a model that is not there", () => {
  const missing = (message: string): StubHandlers => ({
    ...launching,
    previewService: () => {
      throw new BerthError("model_not_found", message, { param: "model" });
    },
  });

  test.for([
    [
      "owner/name",
      "model owner/name is not on profile default",
      "; `berth model add owner/name` would get it from the hub",
    ],
    ["owner/name", 'no such model; "berth model add owner/name" may bring it', ""],
    ["pilto", "no such model; near: pilot", ""],
  ] as const)("%s: %s", async ([model, message, added]) => {
    await using rig = await startRig(missing(message));
    expect(await rig.run(["run", "text-generation", model])).toEqual({
      code: 5,
      signal: null,
      stdout: "",
      stderr: `berth: ${message}${added}\n`,
    });
  });
});

test("--dry-run shows what would run and launches nothing", async () => {
  await using rig = await startRig({
    previewService: () =>
      samplePreview({
        files: [{ path: "/launches/x/spec.json", mode: "0600", content: '{\n  "version": 1\n}\n' }],
        warnings: ["it needs more than is free"],
        memory: { neededMiB: 9000, freeMiB: 8192, fits: false },
      }),
  });
  const { code, stdout, stderr } = await rig.run(["run", "text-generation", "berth/pilot", "--dry-run"]);
  expect(code).toBe(0);
  expect(stdout).toContain("node runner.mjs --dir '/launches/a b'");
  expect(stdout).toContain('/launches/x/spec.json (0600)\n  {\n    "version": 1\n  }\n');
  expect(stdout).toContain("about 8.8 GiB of 8 GiB free (does not fit)");
  expect(stderr).toBe("⚠ it needs more than is free\nNothing was launched.\n");
});

test("--dry-run prints the job script as it is, and every other file", async () => {
  const jobScript = "#!/bin/bash\n#SBATCH --time=00:30:00\n  exec runner\n";
  await using rig = await startRig({
    ...launching,
    previewService: () =>
      samplePreview({
        service: { resources: { time: "30", memoryMiB: 16_384 }, renew: true },
        jobScript,
        expectedStartAt: Date.now() + 721_000,
        files: [
          { path: "/scratch/job.sh", mode: "0600", content: jobScript },
          { path: "/scratch/secret", mode: "0600", content: "***" },
        ],
      }),
  });
  const words = [
    "run",
    "text-generation",
    "a/b",
    "-p",
    "della",
    "--time",
    "30",
    "--mem",
    "16",
    "--renew",
    "--dry-run",
  ];
  const { code, stdout } = await rig.run(words);
  expect(code).toBe(0);
  expect(stdout).toContain(`\nJob script\n${jobScript}\n`);
  expect(stdout).toContain("/scratch/job.sh (0600, the job script)\n");
  expect(stdout).toContain("/scratch/secret (0600)\n  ***\n");
  expect(stdout).toContain("wall time   30 minutes, renewed before it ends\n");
  expect(stdout).toContain("memory      about 40 MiB; 16 GiB asked for\n");
  expect(stdout).toMatch(/starts {6}in 12 min\n/);
});

describe("--wait", () => {
  const starting = (last: Parameters<typeof sampleService>[0]): StubHandlers => {
    let looks = 0;
    return {
      ...launching,
      getService: () => sampleService((looks += 1) < 3 ? { status: "STARTING" } : last),
    };
  };

  test("ends when it is healthy; --json then prints the service alone", async () => {
    await using rig = await startRig(starting({}));
    const { code, stdout } = await rig.run(["run", "text-generation", "a/b", "--wait", "--json"]);
    expect([code, (JSON.parse(stdout) as { status: string }).status]).toEqual([0, "HEALTHY"]);
  });

  test("ends with reason and log when it fails", async () => {
    await using rig = await startRig(
      starting({ status: "FAILED", statusReason: "exit code 1", logTail: ["out of memory"] }),
    );
    const { code, stderr } = await rig.run(["run", "text-generation", "a/b", "--wait"]);
    expect(code).toBe(1);
    expect(stderr).toMatch(/ {2}out of memory\nberth: pilot is FAILED \(exit code 1\)\n$/);
  });
});
