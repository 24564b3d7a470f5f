import { BerthError, type Download, type HubRepo } from "@berth/api";
import { describe, expect, test } from "vitest";
import { sampleDownload, sampleModel } from "../../test/samples.ts";
import { startRig } from "../../test/rig.ts";
import type { StubHandlers } from "../../test/stub-server.ts";

const tiny = sampleModel();
const pilot = sampleModel({
  id: "m2",
  repo: "berth/pilot",
  revision: "demo",
  location: "demo",
  sizeBytes: 3_900_000,
});
const installed: StubHandlers = { listModels: () => ({ data: [tiny, pilot] }), deleteModel: () => undefined };

test("ls prints repository, revision, profile and image", async () => {
  await using rig = await startRig(installed);
  expect((await rig.run(["model", "ls"])).stdout).toBe(
    [
      "REPO                                 REVISION                                   PROFILE   IMAGE",
      "TinyLlama/TinyLlama-1.1B-Chat-v1.0   fe8a4ea1ffedaf415f4da2f062534de366a451e6   default   text-generation",
      "berth/pilot                          demo                                       default   text-generation",
      "",
    ].join("\n"),
  );
});

test("ls --wide adds size and quantisation, and warns of what is not whole", async () => {
  await using rig = await startRig({
    listModels: () => ({ data: [tiny, { ...pilot, status: "incomplete", statusReason: "half is missing" }] }),
  });
  const { stdout, stderr } = await rig.run(["model", "ls", "--wide", "-p", "default", "--refresh"]);
  expect(stdout).toMatch(/668 MB {3}Q4_K_M {3}home {4}ready$/m);
  expect(stderr).toBe("⚠ berth/pilot is incomplete: half is missing\n");
  expect(rig.stub.asked[0]?.query).toEqual({ profile: "default", refresh: "true" });
});

test("ls says since when a cluster's models are not known, and lists what was", async () => {
  const seenAt = Date.now() - 3 * 3_600_000;
  await using rig = await startRig({
    listModels: () => ({ data: [tiny], stale: [{ profile: "della", seenAt, reason: "no route to host" }] }),
  });
  const { code, stdout, stderr } = await rig.run(["model", "ls"]);
  expect(code).toBe(0);
  expect(stdout).toContain(tiny.repo);
  expect(stderr).toBe("⚠ profile della: no route to host; its models are those of 3 hours ago\n");
});

test("show tells facts and files", async () => {
  await using rig = await startRig(installed);
  const { stdout } = await rig.run(["model", "show", tiny.repo]);
  expect(stdout).toMatch(/^memory +about 900 MiB$/m);
  expect(stdout).toMatch(/^tiny\.Q4_K_M\.gguf +668 MB +Q4_K_M$/m);
});

describe("rm", () => {
  test("asks, and without an answer deletes nothing", async () => {
    await using rig = await startRig(installed);
    const { code, stderr } = await rig.run(["model", "rm", "berth/pilot"]);
    expect(code).toBe(2);
    expect(stderr).toContain("Delete berth/pilot (3.9 MB, revision demo) from default?");
    expect(rig.stub.asked.map(({ route }) => route)).toEqual(["listModels"]);
  });

  test("--yes deletes it", async () => {
    await using rig = await startRig(installed);
    expect(await rig.run(["model", "rm", "berth/pilot", "--yes"])).toMatchObject({ code: 0 });
    expect(rig.stub.asked.at(-1)).toMatchObject({ route: "deleteModel", params: { id: "m2" } });
  });
});

describe("add", () => {
  /** A download that is seen in these states, one a look. */
  const downloading = (...states: Partial<Download>[]): StubHandlers => {
    let looks = 0;
    return {
      createDownload: () => sampleDownload({ status: "QUEUED", bytesDone: 0 }),
      getDownload: () => sampleDownload(states[Math.min((looks += 1), states.length) - 1]),
      getModel: () => sampleModel(),
    };
  };

  test("follows the download by tenths where lines cannot be rewritten, then says how to launch it", async () => {
    await using rig = await startRig(
      downloading(
        { bytesDone: 100_000_000 },
        { bytesDone: 1_200_000_000 },
        { status: "COMPLETED", bytesDone: 2_900_000_000, modelId: "m1" },
      ),
    );
    expect(
      await rig.run(["model", "add", "owner/name", "--quant", "Q4_K_M", "-r", "main", "-p", "default"]),
    ).toEqual({
      code: 0,
      signal: null,
      stdout: "✔ Downloaded owner/name (2.9 GB, revision abc123)\n",
      stderr: [
        "owner/name Q4_K_M: queued",
        "owner/name Q4_K_M: 0 % of 2.9 GB",
        "owner/name Q4_K_M: 40 % of 2.9 GB",
        "Launch it: berth run text-generation owner/name",
        "",
      ].join("\n"),
    });
    expect(rig.stub.asked[0]?.body).toEqual({
      repo: "owner/name",
      variant: "Q4_K_M",
      revision: "main",
      profile: "default",
    });
  });

  test("a hub address is a repository too; globs are passed on", async () => {
    await using rig = await startRig(downloading({ status: "COMPLETED" }));
    await rig.run([
      "model",
      "add",
      "https://huggingface.co/owner/name/",
      "--include",
      "*.gguf",
      "--include",
      "*.json",
      "--exclude",
      "x*",
    ]);
    expect(rig.stub.asked[0]?.body).toEqual({
      repo: "owner/name",
      include: ["*.gguf", "*.json"],
      exclude: ["x*"],
    });
  });

  test.for([
    [
      { status: "FAILED", statusReason: "the hub answered 401" },
      "berth: the download of owner/name was not finished: the hub answered 401",
    ],
    [{ status: "CANCELLED" }, "berth: the download of owner/name was cancelled"],
  ] as const)("%j fails", async ([state, said]) => {
    await using rig = await startRig(downloading(state));
    const { code, stderr } = await rig.run(["model", "add", "owner/name"]);
    expect([code, stderr.trimEnd().split("\n").at(-1)]).toEqual([1, said]);
  });

  test("Ctrl-C leaves the download going on, and says so", async () => {
    await using rig = await startRig(downloading({ bytesDone: 1 }));
    const { code, stderr } = await rig.run(["model", "add", "owner/name"], { interruptAt: "0 %" });
    expect(code).toBe(130);
    expect(stderr).toContain(
      "berth: the download goes on in the server; `berth model add owner/name` shows it again",
    );
    expect(rig.stub.asked.map(({ route }) => route)).not.toContain("cancelDownload");
  });

  test("--detach does not wait", async () => {
    await using rig = await startRig(downloading({}));
    expect((await rig.run(["model", "add", "owner/name", "--detach"])).code).toBe(0);
    expect(rig.stub.asked.map(({ route }) => route)).toEqual(["createDownload"]);
  });

  test("--list shows the variants with their sizes and downloads nothing", async () => {
    const variant = { files: ["a.gguf"], estimatedMemoryMiB: 2048, recommended: false };
    await using rig = await startRig({
      getHubModel: ({ params }): HubRepo => ({
        id: params.repo,
        task: "text-generation",
        downloads: 1,
        likes: 1,
        gated: "manual",
        private: false,
        updatedAt: null,
        runnable: true,
        revision: "abc",
        branches: ["main"],
        tags: [],
        variants: [
          { ...variant, name: "Q4_K_M", sizeBytes: 1_900_000_000, recommended: true },
          { ...variant, name: "Q8_0", sizeBytes: 3_400_000_000, estimatedMemoryMiB: null },
        ],
        files: [],
        licence: null,
      }),
    });
    const { stdout, stderr } = await rig.run(["model", "add", "owner/name", "--list"]);
    expect(stdout).toBe(
      [
        "VARIANT   SIZE     MEMORY   FILES",
        "Q4_K_M    1.9 GB   2 GiB    1       recommended",
        "Q8_0      3.4 GB   -        1",
        "",
      ].join("\n"),
    );
    expect(stderr).toContain("owner/name is gated");
  });

  test("a path is registered, made absolute", async () => {
    await using rig = await startRig({
      addLocalModel: ({ body }) => sampleModel({ repo: body.name ?? "x", path: body.path }),
    });
    expect((await rig.run(["model", "add", "./m.gguf", "--name", "me/mine"], { cwd: "/usr" })).code).toBe(0);
    expect(rig.stub.asked[0]?.body).toEqual({ path: "/usr/m.gguf", name: "me/mine" });
  });

  test.for([
    [["./m.gguf", "--quant", "Q4_0"], "--quant: only for hub repositories"],
    [["owner/name", "--name", "me/mine"], "--name goes with a path"],
    [["./m.gguf", "--as-job"], "--as-job: only for hub repositories"],
  ] as const)("%j is a contradiction", async ([words, said]) => {
    await using rig = await startRig({});
    const { code, stderr } = await rig.run(["model", "add", ...words]);
    expect(code).toBe(2);
    expect(stderr).toContain(said);
  });

  test("a gated repository is a failure with its reason, not a refused key", async () => {
    await using rig = await startRig({
      createDownload: () => {
        throw new BerthError("gated_model", "owner/name is gated: accept its terms");
      },
    });
    expect(await rig.run(["model", "add", "owner/name"])).toMatchObject({
      code: 1,
      stderr: "berth: owner/name is gated: accept its terms\n",
    });
  });
});
