import { BerthError, type Cluster, type CreateService } from "@berth/api";
import type { Launcher, LaunchRequest, PreviewingLauncher } from "@berth/launchers";
import { describe, expect, test } from "vitest";
import { sampleCluster } from "../testing/cluster.ts";
import { cluster, Harbour, here } from "../testing/harbour.ts";

const { signal } = new AbortController();
const spec: CreateService = {
  model: "berth/pilot",
  name: "pilot",
  profile: "della",
  resources: { time: "30", gres: "1", memoryMiB: 16_384 },
  env: { HF_TOKEN: "hf_secret" },
};

type Answer = (harbour: Harbour) => Promise<number | undefined>;

/** A server whose cluster tells what it would do, and answers as is given when it is asked for a start. */
async function open(
  answer: Answer = async ({ clock }) => clock.now() + 720_000,
  rememberedCluster?: () => Cluster | undefined,
  askCluster?: () => Promise<Cluster>,
) {
  const harbour = new Harbour();
  harbour.profiles = [here, cluster];
  const asked: LaunchRequest[] = [];
  const previewing: PreviewingLauncher = {
    preview: (request) => {
      asked.push(request);
      if (request.resources.partition === "nosuch")
        throw new BerthError("invalid_request", "partition: there is no nosuch", {
          param: "resources.partition",
        });
      return {
        jobScript: "#!/bin/sh\n",
        argv: ["sbatch", "job.sh"],
        files: [{ path: "job.sh", mode: "0600", content: "#!/bin/sh\n" }],
        warnings: ["the node is shared"],
      };
    },
    expectedStart: () => answer(harbour),
  };
  const { sea } = harbour;
  const launcher: Launcher & PreviewingLauncher = {
    launch: (request) => sea.launch(request),
    observe: (refs) => sea.observe(refs),
    stop: (ref, options) => sea.stop(ref, options),
    logs: (ref, options) => sea.logs(ref, options),
    forget: (ref) => sea.forget(ref),
    ...previewing,
  };
  const control = await harbour.start({
    launcherOf: (profile) => (profile.schema === "slurm" ? launcher : sea),
    rememberedCluster,
    askCluster,
  });
  return { harbour, control, asked };
}

describe("a preview on a cluster", () => {
  test("shows the job script, every file, and when it would start", async () => {
    const { harbour, control, asked } = await open();
    const preview = await control.services.preview(spec, signal);
    expect(preview).toMatchObject({
      jobScript: "#!/bin/sh\n",
      argv: ["sbatch", "job.sh"],
      files: [{ path: "job.sh" }],
      expectedStartAt: harbour.clock.now() + 720_000,
      warnings: ["the node is shared"],
    });
    expect(preview.steps).toEqual([
      "1 model on profile della",
      "model berth/pilot, revision aaaa1111 (the only one on profile della)",
      "engine llama-cpp, 2 threads, 4 at once, 2048 tokens each",
      "about 100 MiB, 16384 MiB asked for",
      "wall time 30 minutes",
      "name pilot, port 8080",
      "expected to start in 12 minutes, as the scheduler sees it now",
    ]);
    expect(asked[0]).toMatchObject({ resources: spec.resources, profile: { name: "della" } });
    expect(JSON.stringify([preview, asked])).not.toContain("hf_secret");
  });

  test("is shown though its start cannot be told: that is a warning", async () => {
    const { control } = await open(() => Promise.reject(new BerthError("login_required", "log in again")));
    const { jobScript, expectedStartAt, warnings } = await control.services.preview(spec, signal);
    expect([jobScript, expectedStartAt]).toEqual(["#!/bin/sh\n", null]);
    expect(warnings).toContain("when it would start cannot be told: log in again");
  });

  test("does not wait for a scheduler that does not answer", async () => {
    const { promise: isAsked, resolve: tell } = Promise.withResolvers<void>();
    const { harbour, control } = await open(() => {
      tell();
      return new Promise(() => undefined);
    });
    const preview = control.services.preview(spec, signal);
    await isAsked;
    await harbour.clock.advance(21_000);
    expect((await preview).warnings).toContain(
      "when it would start cannot be told: no answer within 20000 ms",
    );
  });

  test("of what the scheduler refuses is refused, in its words", async () => {
    const words = "sbatch: error: QOSMaxWallDurationPerJobLimit";
    const { control } = await open(() => Promise.reject(new BerthError("launch_refused", words)));
    await expect(control.services.preview(spec, signal)).rejects.toMatchObject({
      code: "launch_refused",
      message: words,
    });
  });

  test.each([
    [
      "a minute",
      { resources: { time: "1:00" } },
      "it ends 1 minute after its start (1:00 is minutes and seconds)",
    ],
    [
      "a few minutes, again and again",
      { resources: { time: "6" }, renew: true },
      "renewed every 6 minutes, it loads its model over and over; ask for an hour or more",
    ],
    [
      "nodes that it does not use",
      { resources: { nodes: 4 } },
      "it runs on one of the 4 nodes; the others stand idle, and count as used",
    ],
    [
      "less memory than it needs",
      { resources: { memoryMiB: 50 } },
      "it needs about 100 MiB and 50 MiB are asked for",
    ],
  ])("warns of %s", async (_fact, given, warning) => {
    const { control } = await open();
    expect((await control.services.preview({ ...spec, ...given }, signal)).warnings).toContain(warning);
  });
});

describe("ordering on a cluster", () => {
  test("keeps what was asked for, through a restart too", async () => {
    const { harbour, control } = await open();
    const given: CreateService = {
      ...spec,
      renew: true,
      idleTimeoutSeconds: 900,
      mounts: [{ source: "/data", readOnly: true }],
      allowSharedPort: true,
    };
    const { id } = await control.services.create(given, signal);
    const kept = {
      profile: "della",
      runtime: "process",
      resources: spec.resources,
      renew: true,
      idleTimeoutSeconds: 900,
      mounts: [{ source: "/data", readOnly: true }],
      allowSharedPort: true,
    };
    await harbour.until(id, "HEALTHY");
    expect(await control.services.get(id)).toMatchObject({ ...kept, env: { HF_TOKEN: "***" } });
    await control.services.restart(id, signal);
    await harbour.until(id, "HEALTHY");
    expect(await harbour.row(id)).toMatchObject({ attempt: 2, service: { ...kept, env: spec.env } });
    expect(JSON.stringify(harbour.changes)).not.toContain("hf_secret");
  });

  test("asks nothing of this machine's memory, and takes nothing of it", async () => {
    const { harbour, control } = await open();
    harbour.freeMemoryMiB = 150;
    for (const name of ["a", "b", "c"]) await control.services.create({ ...spec, name }, signal);
    await expect(
      control.services.create({ model: "berth/pilot", name: "local" }, signal),
    ).resolves.toBeDefined();
  });

  test("of what its launcher cannot ask for is refused before anything is stored", async () => {
    const { control } = await open();
    const order = { ...spec, resources: { partition: "nosuch" } };
    await expect(control.services.create(order, signal)).rejects.toMatchObject({
      param: "resources.partition",
    });
    expect(await control.services.list({ all: true })).toEqual([]);
  });

  test("hands the engine its environment, and tells nobody its values", async () => {
    const { harbour, control } = await open();
    const { id } = await control.services.create(spec, signal);
    const row = await harbour.row(id);
    expect(JSON.parse(row.plan)).toMatchObject({ program: { env: { HF_TOKEN: "hf_secret" } } });
  });

  test("tells the runner how long it may be idle", async () => {
    const { control, harbour } = await open();
    const requests: LaunchRequest[] = [];
    const launch = harbour.sea.launch.bind(harbour.sea);
    harbour.sea.launch = (request) => {
      requests.push(request);
      return launch(request);
    };
    const { id } = await control.services.create({ ...spec, idleTimeoutSeconds: 900 }, signal);
    await harbour.until(id, "HEALTHY");
    expect(requests[0]).toMatchObject({ spec: { idleTimeoutMs: 900_000 }, resources: spec.resources });
  });
});

describe("what a cluster is remembered to have", () => {
  const typo = { ...spec, resources: { ...spec.resources, partition: "gpuu" } };

  test("refuses a name that it does not have, nor has got since, with near ones", async () => {
    const { harbour, control, asked } = await open(
      undefined,
      () => sampleCluster(),
      async () => sampleCluster({ seenAt: 1 }),
    );
    const refusal = {
      code: "unprocessable",
      param: "resources.partition",
      details: { near: ["gpu"] },
    };
    await expect(control.services.preview(typo, signal)).rejects.toMatchObject(refusal);
    await expect(control.services.create(typo, signal)).rejects.toMatchObject(refusal);
    expect(asked).toEqual([]);
    expect(await harbour.store.listServices()).toEqual([]);
  });

  test.each([
    ["a name that it has passes", "gpu", sampleCluster()],
    ["where it cannot be asked again the scheduler judges", "gpuu", sampleCluster()],
    ["where nothing is remembered the scheduler judges", "gpuu", undefined],
  ] as const)("%s", async (_, partition, remembered) => {
    const { control } = await open(undefined, () => remembered);
    const resources = { ...spec.resources, partition };
    const { service } = await control.services.preview({ ...spec, resources }, signal);
    expect(service).toMatchObject({ resources: { partition } });
  });
});
