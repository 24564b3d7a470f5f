import type { Download, Model } from "@berth/api";
import { tinyChatGguf } from "@berth/testing/tiny-gguf";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { call, untilDownload, untilStatus } from "../downloads/downloads.ts";
import { type HubProcess, startHub } from "../downloads/hub-process.ts";
import { until } from "../until.ts";
import { type Cluster, profileName, startCluster } from "./cluster.ts";
import { labObstacle } from "./lab.ts";

const mebibyte = 2 ** 20;
const head = tinyChatGguf().toString("base64");
const sized = (seed: string, sizeBytes: number) => ({ "m-Q4_K_M.gguf": { sizeBytes, seed, head } });
const repos = [
  { id: "org/small", files: sized("small", 2 * mebibyte), tags: { v1: sized("old", mebibyte) } },
  { id: "org/large", files: sized("large", 48 * mebibyte) },
  { id: "org/gated", files: sized("gated", mebibyte), gated: "auto", readers: ["hf_reader"] },
] as const;
const slowly = { at: "store", kind: "slow", bytesPerSecond: 4 * mebibyte } as const;
const onLab = ["--profile", profileName];

const add = async (cluster: Cluster, repo: string, more: object = {}): Promise<Download> => {
  const order = { repo, profile: profileName, ...more };
  const { status, body } = await call<Download>(cluster.berth, "POST", "/api/v1/downloads", order);
  if (status !== 202) throw new Error(`${status} ${JSON.stringify(body)}`);
  return body;
};

const list = async (cluster: Cluster): Promise<readonly Model[]> => {
  const printed = await cluster.ok("model", "ls", ...onLab, "--refresh", "--json");
  return (JSON.parse(printed) as { data: Model[] }).data;
};

/** That every file of the model is what its name among the blobs says; told by the cluster's own sha256sum. */
function expectWhole({ lab, home }: Cluster, model: Pick<Model, "path">): void {
  expect(model.path.startsWith(`${home}/models/`)).toBe(true);
  const script = 'cd "$1" && for f in *; do sha256sum "$f" | cut -c 1-64; basename "$(readlink "$f")"; done';
  const said = lab
    .exec("login", ["sh", "-c", script, "sh", model.path], { user: lab.user })
    .trim()
    .split("\n");
  expect(said.length).toBeGreaterThan(1);
  for (let at = 0; at < said.length; at += 2) expect(said[at]).toBe(said[at + 1]);
}

const jobsOf = ({ lab }: Cluster): string => lab.exec("login", ["squeue", "-h", "-u", lab.user, "-o", "%k"]);

const running = (bytes: number) => (download: Download) =>
  download.status === "RUNNING" && download.bytesDone > bytes;

describe.skipIf(labObstacle() !== undefined)("models on a cluster that reaches the hub", () => {
  let cluster: Cluster;
  let hub: HubProcess;
  beforeAll(async () => {
    cluster = await startCluster({
      environment: { HF_HUB_OFFLINE: "0", HF_ENDPOINT: "http://198.51.100.3:8999", HF_TOKEN: "hf_reader" },
    });
    const network = `--net=/run/netns/${process.env["LAB_PREFIX"] ?? "sl"}-login`;
    const place = { host: "198.51.100.3", port: 8999 };
    hub = await startHub({ repos, tokens: ["hf_reader"], ...place }, ["nsenter", network]);
  });
  afterAll(async () => {
    cluster.lab.fault("unfill", cluster.lab.user);
    await hub[Symbol.asyncDispose]();
    await cluster.dispose();
  });

  test("are downloaded by the login node, and then listed and shown", async () => {
    const said = await cluster.ok("model", "add", "org/small", ...onLab);
    expect(said).toContain("Downloaded org/small (2.1 MB, revision ");
    const [model] = await list(cluster);
    if (model === undefined) throw new Error("it is listed");
    expect(model).toMatchObject({ repo: "org/small", refs: ["main"], location: "home", status: "ready" });
    expectWhole(cluster, model);
    const { body } = await call<{ data: Download[] }>(cluster.berth, "GET", "/api/v1/downloads");
    expect(body.data[0]).toMatchObject({ means: "login-node", status: "COMPLETED", modelId: model.id });
    expect(await cluster.ok("model", "show", "org/small", ...onLab)).toContain(`home: ${model.path}`);
  });

  test("lie there in several revisions, and are told apart", async () => {
    await cluster.ok("model", "add", "org/small", "--revision", "v1", ...onLab);
    const revisions = (await list(cluster)).filter(({ repo }) => repo === "org/small");
    expect(revisions.map(({ refs }) => refs.join()).toSorted()).toEqual(["main", "v1"]);
    const { exitCode, stderr } = await cluster.cli("model", "show", "org/small", ...onLab);
    expect(exitCode).toBe(2);
    expect(stderr).toContain("is installed 2 times");
    await cluster.ok("model", "rm", "org/small", "--revision", "v1", ...onLab, "--yes");
    expect((await list(cluster)).map(({ refs }) => refs)).toEqual([["main"]]);
  });

  test("a gated one comes by the server's token, which stands in no file and no argument there", async () => {
    const { lab, home } = cluster;
    await cluster.ok("model", "add", "org/gated", "--as-job", ...onLab);
    const left = lab.exec("login", [
      "sh",
      "-c",
      'grep -rl hf_[r]eader "$1" /proc/[0-9]*/cmdline || true',
      "sh",
      home,
    ]);
    expect(left).toBe("");
    expect(lab.exec("login", ["ls", `${home}/errands`])).toBe("");
  });

  test("a connection that is lost on the way costs time and nothing else", async () => {
    const sentBefore = await hub.setFaults([slowly]);
    const { id } = await add(cluster, "org/large");
    await untilDownload(cluster.berth, id, "on its way", running(4 * mebibyte));
    cluster.lab.fault("drop-ssh");
    await hub.setFaults([]);
    const row = await untilStatus(cluster.berth, id, "COMPLETED");
    const model = (await list(cluster)).find((each) => each.id === row.modelId);
    if (model === undefined) throw new Error("it is listed");
    expectWhole(cluster, model);
    expect((await hub.setFaults([])) - sentBefore).toBeLessThan(60 * mebibyte);
    await cluster.ok("model", "rm", "org/large", ...onLab, "--yes");
  });

  test("a Slurm job brings one, is cancelled with it, and goes on where it was", async () => {
    await hub.setFaults([slowly]);
    const { id, means } = await add(cluster, "org/large", { asJob: true });
    expect(means).toBe("slurm-job");
    await untilDownload(cluster.berth, id, "on its way", running(4 * mebibyte));
    expect(jobsOf(cluster)).toContain(`:${id}`);
    await call(cluster.berth, "POST", `/api/v1/downloads/${id}/cancel`);
    const sentBefore = await hub.setFaults([]);
    // at once: Slurm may still be clearing up after the job
    await call(cluster.berth, "POST", `/api/v1/downloads/${id}/resume`);
    await untilStatus(cluster.berth, id, "COMPLETED");
    expect((await hub.setFaults([])) - sentBefore).toBeLessThan(46 * mebibyte);
    await cluster.ok("model", "rm", "org/large", ...onLab, "--yes");
  });

  test("a server that is killed finds its Slurm job again, and starts no second one", async () => {
    await hub.setFaults([slowly]);
    const { id } = await add(cluster, "org/large", { asJob: true });
    await untilDownload(cluster.berth, id, "on its way", running(4 * mebibyte));
    await cluster.berth.kill("SIGKILL");
    await cluster.restart();
    await untilDownload(cluster.berth, id, "on its way", running(4 * mebibyte));
    expect(jobsOf(cluster).trim().split("\n")).toHaveLength(1);
    await hub.setFaults([]);
    await untilStatus(cluster.berth, id, "COMPLETED");
    await cluster.ok("model", "rm", "org/large", ...onLab, "--yes");
  });

  test("what a Slurm job brings while no server runs has come when there is one again", async () => {
    await hub.setFaults([slowly]);
    const { id } = await add(cluster, "org/large", { asJob: true });
    await untilDownload(cluster.berth, id, "on its way", running(4 * mebibyte));
    await cluster.berth.kill("SIGKILL");
    await hub.setFaults([]);
    await until("the Slurm job to be gone", () => (jobsOf(cluster) === "" ? true : undefined));
    await cluster.restart();
    await untilStatus(cluster.berth, id, "COMPLETED");
    // it was collected, not begun anew
    const jobs = cluster.lab.exec("login", ["sacct", "-nX", "-u", cluster.lab.user, "-o", "jobname%80"]);
    expect(jobs.split("\n").filter((line) => line.includes(id))).toHaveLength(1);
    await cluster.ok("model", "rm", "org/large", ...onLab, "--yes");
  });

  test("a quota that is used up is told before anything is fetched, in the system's words", async () => {
    const { lab } = cluster;
    lab.fault("fill", lab.user);
    const { exitCode, stderr } = await cluster.cli("model", "add", "org/large", ...onLab);
    lab.fault("unfill", lab.user);
    expect(exitCode).toBe(1);
    expect(stderr).toMatch(/Disk quota exceeded|disk quota is used up/);
    await cluster.ok("model", "add", "org/large", ...onLab);
    await cluster.ok("model", "rm", "org/large", ...onLab, "--yes");
  });

  test("what lies in the cache is listed and never deleted", async () => {
    const { lab, cache, home } = cluster;
    lab.exec("login", ["sh", "-c", `cp -r ${home}/models/models--org--small ${cache}/models--org--shared`], {
      user: lab.user,
    });
    expect((await list(cluster)).map(({ repo, location }) => [repo, location])).toContainEqual([
      "org/shared",
      "cache",
    ]);
    const { exitCode, stderr } = await cluster.cli("model", "rm", "org/shared", ...onLab, "--yes");
    expect(exitCode).toBe(1);
    expect(stderr).toContain("Berth never deletes there");
  });

  test("are shown as they were last seen while the cluster is out of reach; other profiles are not held up", async () => {
    const { lab } = cluster;
    const before = await list(cluster);
    await cluster.berth.kill("SIGTERM");
    lab.fault("wan", "cut=1");
    try {
      await cluster.restart();
      const { exitCode, stdout, stderr } = await cluster.cli("model", "ls", "--json");
      expect(exitCode).toBe(0);
      expect((JSON.parse(stdout) as { data: Model[] }).data).toEqual(before);
      expect(stderr).toContain(`profile ${profileName}: `);
      expect(stderr).toContain("its models are those of ");
    } finally {
      lab.fault("wan", "reset");
    }
  });
});

describe.skipIf(labObstacle() !== undefined)("models for a cluster without internet", () => {
  let cluster: Cluster;
  let hub: HubProcess;
  beforeAll(async () => {
    hub = await startHub({ repos });
    cluster = await startCluster({ environment: { HF_HUB_OFFLINE: "0", HF_ENDPOINT: hub.endpoint } });
  });
  afterAll(async () => {
    cluster.lab.fault("wan", "reset");
    await hub[Symbol.asyncDispose]();
    await cluster.dispose();
  });

  test("the demo is copied there", async () => {
    await cluster.ok("model", "add", "berth/pilot", ...onLab);
    const model = (await list(cluster)).find(({ repo }) => repo === "berth/pilot");
    expect(model).toMatchObject({ location: "home", refs: ["demo"], status: "ready" });
    if (model !== undefined) expectWhole(cluster, model);
  });

  test("are copied from here without being asked, however often the cable breaks and the server dies", async () => {
    const { lab } = cluster;
    lab.fault("wan", "rate=40000");
    const { id, means } = await add(cluster, "org/large");
    expect(means).toBe("staged");
    const isCopying = (bytes: number) => (row: Download) =>
      row.statusReason === `copying to ${profileName}` && row.bytesDone > bytes;
    await untilDownload(cluster.berth, id, "being copied", isCopying(4 * mebibyte));
    lab.fault("drop-ssh");
    await untilDownload(cluster.berth, id, "being copied again", isCopying(12 * mebibyte));
    await cluster.berth.kill("SIGKILL");
    await cluster.restart();
    const again = await untilDownload(cluster.berth, id, "being copied once more", isCopying(0));
    expect(again.bytesDone).toBeGreaterThan(4 * mebibyte);
    lab.fault("wan", "reset");
    const row = await untilStatus(cluster.berth, id, "COMPLETED");
    const model = (await list(cluster)).find((each) => each.id === row.modelId);
    if (model === undefined) throw new Error("it is listed");
    expect(model).toMatchObject({ repo: "org/large", refs: ["main"], status: "ready" });
    expectWhole(cluster, model);
  });
});
