import { join } from "node:path";
import { BerthError, type Change, type Download, type DownloadStatus, type Profile } from "@berth/api";
import { createModelSource } from "@berth/catalog/directory";
import { createHub } from "@berth/catalog/huggingface";
import { systemClock } from "@berth/std/clock";
import { openSqliteStore } from "@berth/store/sqlite";
import { type HubDoubleOptions, startHubDouble } from "@berth/testing/hub-double";
import { temporaryFolder } from "@berth/testing/temporary-folder";
import { tinyChatGguf } from "@berth/testing/tiny-gguf";
import { describe, expect, test } from "vitest";
import { Changes } from "./changes.ts";
import { Downloads } from "./downloads.ts";
import { Models } from "./models.ts";

const signal = new AbortController().signal;
const sizeBytes = 4 * 2 ** 20;
const head = tinyChatGguf().toString("base64");
const gated = { gated: "manual", readers: ["hf_ada"] } as const;
const repos = ["a", "b", "c", "gated"].map((name) => ({
  id: `org/${name}`,
  files: { "m-Q4_K_M.gguf": { sizeBytes, seed: name, head } },
  ...(name === "gated" ? gated : {}),
}));
const slow = { at: "store", kind: "slow", bytesPerSecond: 4 * 2 ** 20 } as const;

/** A hub double, a real store, and a server's worth of downloads that can be stopped and started again. */
async function quay(faults: HubDoubleOptions["faults"] = []) {
  const folder = await temporaryFolder();
  const double = await startHubDouble({ repos, faults, tokens: ["hf_ada", "hf_bob"] });
  const secrets = new Map<string, string>();
  const store = await openSqliteStore({ path: join(folder.path, "berth.db") });
  const place = { home: join(folder.path, "home"), cache: join(folder.path, "cache") };
  const profile: Profile = {
    id: "here",
    name: "here",
    default: true,
    status: "ready",
    statusReason: null,
    schema: "local",
    slurm: null,
    connection: null,
    ...place,
  };
  const profiles = { list: async () => [profile] };
  const changes = new Changes();
  const published: Change[] = [];
  changes.subscribe((change) => published.push(change));
  const errors: unknown[] = [];
  const models = new Models({
    source: createModelSource(),
    profiles,
    localModels: store.localModels,
    changes,
    clock: systemClock,
    usedBy: async () => [],
  });
  let made = 0;
  const server = async (atOnce = 2): Promise<Downloads> => {
    const hub = createHub({
      endpoint: double.endpoint,
      token: () => undefined,
      offline: () => false,
      fetch,
      clock: systemClock,
      attempts: 2,
    });
    const downloads = new Downloads({
      store: store.downloads,
      hub,
      profiles,
      models,
      secretOf: ({ owner, name }) => {
        const value = secrets.get(`${owner}/${name}`);
        if (value === undefined) throw new BerthError("not_found", `${owner} has no secret ${name}`);
        return value;
      },
      changes,
      clock: systemClock,
      newId: () => `download-${(made += 1)}`,
      atOnce,
      onError: (error) => errors.push(error),
    });
    await downloads.start();
    return downloads;
  };
  const close = async (): Promise<void> => {
    await double.close();
    await store.maintenance.close();
    await folder[Symbol.asyncDispose]();
  };
  return { profile, double, secrets, store, models, published, errors, server, [Symbol.asyncDispose]: close };
}

/** Resolves to the row when it is in one of the statuses; fails after twenty seconds. */
async function when(downloads: Downloads, id: string, ...statuses: DownloadStatus[]): Promise<Download> {
  const deadline = Date.now() + 20_000;
  for (;;) {
    const row = downloads.get(id);
    if (statuses.includes(row.status)) return row;
    if (Date.now() > deadline) throw new Error(`still ${row.status}: ${row.statusReason}`);
    await systemClock.sleep(20);
  }
}

test("a download ends as a model, and everybody hears how far it is", async () => {
  await using at = await quay([slow]);
  const downloads = await at.server();
  const begun = await downloads.create({ repo: "org/a" }, signal);
  expect(begun).toMatchObject({
    repo: "org/a",
    revision: "main",
    profile: "here",
    files: ["m-Q4_K_M.gguf"],
    bytesTotal: sizeBytes,
    commit: expect.stringMatching(/^[0-9a-f]{40}$/),
  });
  const row = await when(downloads, begun.id, "COMPLETED");
  expect(row).toMatchObject({
    bytesDone: sizeBytes,
    bytesPerSecond: null,
    etaSeconds: null,
    statusReason: null,
  });
  expect(await at.models.get(row.modelId ?? "")).toMatchObject({ repo: "org/a", status: "ready" });
  expect(await at.store.downloads.listDownloads()).toEqual([row]);
  const told = at.published.flatMap((change) => (change.type === "download" ? [change.download] : []));
  expect(told.some((one) => (one.bytesPerSecond ?? 0) > 2 ** 20 && one.etaSeconds !== null)).toBe(true);
  // a second of downloading: four tellings, the statuses' changes, and no more
  expect(told.length).toBeLessThan(10);
  expect(at.published).toContainEqual({ type: "models" });
  expect(at.errors).toEqual([]);
  await downloads.stop();
});

test("after a stop in the middle the next server goes on with the bytes that lie there", async () => {
  await using at = await quay([slow]);
  const first = await at.server();
  const { id } = await first.create({ repo: "org/a" }, signal);
  while (first.get(id).bytesDone < sizeBytes / 2) await systemClock.sleep(20);
  await first.stop();
  expect((await at.store.downloads.listDownloads())[0]).toMatchObject({ id, status: "RUNNING" });
  at.double.setFaults([]);
  const second = await at.server();
  await when(second, id, "COMPLETED");
  expect(at.double.bytesSent / sizeBytes).toBeLessThan(1.3);
  await second.stop();
});

test("a cancelled one keeps its part, can be resumed, and cannot be cancelled twice", async () => {
  await using at = await quay([slow]);
  const downloads = await at.server();
  const { id } = await downloads.create({ repo: "org/a" }, signal);
  while (downloads.get(id).bytesDone < sizeBytes / 2) await systemClock.sleep(20);
  await expect(downloads.resume(id, signal)).rejects.toMatchObject({ code: "conflict" });
  await expect(downloads.delete(id)).rejects.toMatchObject({ code: "conflict" });
  expect(await downloads.cancel(id, signal)).toMatchObject({ status: "CANCELLED" });
  await expect(downloads.cancel(id, signal)).rejects.toMatchObject({ code: "conflict" });
  at.double.setFaults([]);
  await downloads.resume(id, signal);
  await when(downloads, id, "COMPLETED");
  expect(at.double.bytesSent / sizeBytes).toBeLessThan(1.3);
  await downloads.delete(id);
  expect(at.published.at(-1)).toEqual({ type: "download-removed", id });
  expect(downloads.list()).toEqual([]);
  expect(await at.store.downloads.listDownloads()).toEqual([]);
  await downloads.stop();
});

test("a profile that is renamed meanwhile takes its downloads along", async () => {
  await using at = await quay([slow]);
  const downloads = await at.server();
  const { id } = await downloads.create({ repo: "org/a" }, signal);
  while (downloads.get(id).bytesDone === 0) await systemClock.sleep(5);
  at.profile.name = "there";
  downloads.renameProfile("here", "there");
  expect(await when(downloads, id, "COMPLETED", "FAILED")).toMatchObject({
    status: "COMPLETED",
    profile: "there",
    modelId: expect.any(String) as string,
  });
  expect(await at.store.downloads.listDownloads()).toMatchObject([{ profile: "there" }]);
  await downloads.stop();
});

test("more than may run at once wait in line, in order, and can be cancelled there", async () => {
  await using at = await quay([slow]);
  const downloads = await at.server(1);
  const ids: string[] = [];
  for (const repo of ["org/a", "org/b", "org/c"]) ids.push((await downloads.create({ repo }, signal)).id);
  await when(downloads, ids[0] ?? "", "RUNNING");
  expect(ids.map((id) => downloads.get(id).status)).toEqual(["RUNNING", "QUEUED", "QUEUED"]);
  expect(await downloads.cancel(ids[1] ?? "", signal)).toMatchObject({ status: "CANCELLED" });
  at.double.setFaults([]);
  await when(downloads, ids[2] ?? "", "COMPLETED");
  expect(downloads.get(ids[0] ?? "").status).toBe("COMPLETED");
  expect(downloads.get(ids[1] ?? "").status).toBe("CANCELLED");
  await downloads.stop();
});

test("what is being brought already is not begun twice, and holds its repository", async () => {
  await using at = await quay([slow]);
  const downloads = await at.server();
  const begun = await downloads.create({ repo: "org/a" }, signal);
  expect((await downloads.create({ repo: "org/a", variant: "q4_k_m" }, signal)).id).toBe(begun.id);
  const model = { profile: "here", repo: "org/a", location: "home" } as const;
  expect(downloads.using(model)).toEqual([`download ${begun.id}`]);
  expect(downloads.using({ ...model, location: "cache" })).toEqual([]);
  await downloads.cancel(begun.id, signal);
  expect(downloads.using(model)).toEqual([]);
  await downloads.stop();
});

test("a failure is told in words, survives a restart, and a resume makes it good", async () => {
  await using at = await quay([{ at: "store", kind: "wrong-byte" }]);
  const downloads = await at.server();
  const { id } = await downloads.create({ repo: "org/a" }, signal);
  const failed = await when(downloads, id, "FAILED");
  expect(failed.statusReason).toMatch(/^org\/a: m-Q4_K_M\.gguf arrived damaged twice/);
  await downloads.stop();
  at.double.setFaults([]);
  const next = await at.server();
  expect(next.get(id)).toEqual(failed);
  await next.resume(id, signal);
  expect(await when(next, id, "COMPLETED")).toMatchObject({ statusReason: null });
  expect(at.errors).toEqual([]);
  await next.stop();
});

test.each([
  ["an unknown repository", { repo: "org/nothing" }, "model_not_found"],
  ["an unknown revision", { repo: "org/a", revision: "v9" }, "not_found"],
  ["an unknown variant", { repo: "org/a", variant: "Q2_K" }, "unprocessable"],
  ["an unknown profile", { repo: "org/a", profile: "there" }, "not_found"],
])("%s is refused and nothing is written down", async (_, request, code) => {
  await using at = await quay();
  const downloads = await at.server();
  await expect(downloads.create(request, signal)).rejects.toMatchObject({ code });
  expect(downloads.list()).toEqual([]);
  expect(at.published).toEqual([]);
  await downloads.stop();
});

describe("a gated model that comes by a stored secret", () => {
  const hubSecret = { owner: "ada", name: "hub" };

  test("is downloaded with its value, after a restart as well, and the value is written nowhere", async () => {
    await using at = await quay([slow]);
    at.secrets.set("ada/hub", "hf_ada");
    const first = await at.server();
    const { id } = await first.create({ repo: "org/gated" }, signal, hubSecret);
    await when(first, id, "RUNNING");
    await first.stop();
    const second = await at.server();
    const row = await when(second, id, "COMPLETED");
    expect(row).toMatchObject({ repo: "org/gated", hubSecret });
    expect(JSON.stringify([await at.store.downloads.listDownloads(), at.published])).not.toContain("hf_ada");
  });

  test.each([
    ["nobody's", undefined, undefined, "gated_model", "then set HF_TOKEN to a token of that account"],
    ["gone", hubSecret, undefined, "not_found", "ada has no secret hub"],
    [
      "somebody's who is not let in",
      hubSecret,
      "hf_bob",
      "gated_model",
      "the account of secret hub has not been let in yet",
    ],
    ["wrong", hubSecret, "hf_eve", "forbidden", "refuses secret hub: it is wrong or has expired"],
  ])("is refused where it is %s", async (_fact, secret, value, code, words) => {
    await using at = await quay();
    if (value !== undefined) at.secrets.set("ada/hub", value);
    const downloads = await at.server();
    const refused = downloads.create({ repo: "org/gated" }, signal, secret);
    await expect(refused).rejects.toMatchObject({ code, message: expect.stringContaining(words) });
    expect(downloads.list()).toEqual([]);
  });

  test("fails when the secret is gone by the time it goes on", async () => {
    await using at = await quay([slow]);
    at.secrets.set("ada/hub", "hf_ada");
    const first = await at.server();
    const { id } = await first.create({ repo: "org/gated" }, signal, hubSecret);
    await first.stop();
    at.secrets.clear();
    const row = await when(await at.server(), id, "FAILED");
    expect(row.statusReason).toContain("ada has no secret hub");
  });
});
