import { createHash } from "node:crypto";
import { lstat, mkdir, readdir, readFile, readlink, stat, unlink, writeFile } from "node:fs/promises";
import { hostname } from "node:os";
import { dirname, join } from "node:path";
import type { HubDoubleRepo, HubFault } from "@berth/testing/hub-double";
import { tinyChatGguf } from "@berth/testing/tiny-gguf";
import { expect, test } from "vitest";
import { createModelSource } from "../directory/index.ts";
import type { DownloadProgress } from "../model-source.ts";
import { hubFixture, type HubFixture, hurriedClock } from "./test/hub-fixture.ts";

const never = new AbortController().signal;
const sizeBytes = 3 * 2 ** 20 + 7;
const repo: HubDoubleRepo = {
  id: "org/m",
  files: {
    "README.md": "# M",
    "sub/deep/notes.txt": "notes",
    "m-Q4_K_M.gguf": { sizeBytes, seed: "m", head: tinyChatGguf().toString("base64") },
  },
};
const repoFolder = "home/models/models--org--m";

async function bring(
  { hub, profile }: Pick<HubFixture, "hub" | "profile">,
  onProgress: (progress: DownloadProgress) => void = () => undefined,
  signal: AbortSignal = never,
): Promise<string> {
  const plan = await hub.plan({ repo: "org/m", include: ["*"] }, profile, never);
  await hub.download(plan, { profile, onProgress }, signal);
  return plan.commit;
}

async function expectWhole({ folder, profile }: HubFixture, commit: string): Promise<void> {
  const [model] = await createModelSource().list(profile, never);
  expect(model).toMatchObject({ repo: "org/m", revision: commit, refs: ["main"], status: "ready" });
  const weights = await readFile(join(folder, repoFolder, "snapshots", commit, "m-Q4_K_M.gguf"));
  const link = await readlink(join(folder, repoFolder, "snapshots", commit, "m-Q4_K_M.gguf"));
  expect(link).toBe(`../../blobs/${createHash("sha256").update(weights).digest("hex")}`);
  expect(weights.length).toBe(sizeBytes);
}

test("files lie as huggingface_hub lays them: blobs by digest, relative links, the branch's commit", async () => {
  await using fixture = await hubFixture({ repos: [repo] });
  const commit = await bring(fixture);
  await expectWhole(fixture, commit);
  const snapshot = join(fixture.folder, repoFolder, "snapshots", commit);
  expect(await readlink(join(snapshot, "sub/deep/notes.txt"))).toMatch(
    /^..\/..\/..\/..\/blobs\/[0-9a-f]{40}$/,
  );
  expect(await readFile(join(snapshot, "sub/deep/notes.txt"), "utf8")).toBe("notes");
  expect(await readFile(join(fixture.folder, repoFolder, "refs/main"), "utf8")).toBe(commit);
  const blobs = await readdir(join(fixture.folder, repoFolder, "blobs"));
  expect(blobs.map((name) => name.length).toSorted((a, b) => a - b)).toEqual([40, 40, 64]);
  expect((await stat(join(snapshot, "README.md"))).mode & 0o400).toBe(0o400);
});

test("what lies there already is not fetched again, nor is a file that another revision shares", async () => {
  await using fixture = await hubFixture({
    repos: [{ ...repo, branches: { dev: { ...repo.files, "README.md": "# Other" } } }],
  });
  await bring(fixture);
  const sent = fixture.double.bytesSent;
  await bring(fixture);
  expect(fixture.double.bytesSent).toBe(sent);
  const { hub, profile } = fixture;
  const plan = await hub.plan({ repo: "org/m", revision: "dev", include: ["*"] }, profile, never);
  expect(plan.bytesTotal - plan.bytesDone).toBe("# Other".length);
  await hub.download(plan, { profile, onProgress: () => undefined }, never);
  expect(fixture.double.bytesSent - sent).toBe("# Other".length);
  expect(await readdir(join(fixture.folder, repoFolder, "refs"))).toEqual(["dev", "main"]);
});

test("progress never goes beyond the total and ends there", async () => {
  await using fixture = await hubFixture({ repos: [repo] });
  const told: DownloadProgress[] = [];
  await bring(fixture, (progress) => told.push(progress));
  const bytesTotal = sizeBytes + "# Mnotes".length;
  expect(told.at(-1)).toEqual({ bytesDone: bytesTotal, bytesTotal, phase: "verifying" });
  expect(told.every((progress) => progress.bytesDone <= bytesTotal)).toBe(true);
});

const oneMiB = 2 ** 20;
test.each<[string, HubFault[], number]>([
  ["a connection that is cut three times", [{ at: "store", kind: "cut", afterBytes: oneMiB, times: 3 }], 1.1],
  [
    "more cuts than attempts, each after some bytes",
    [{ at: "store", kind: "cut", afterBytes: 300_000 }],
    1.2,
  ],
  ["a connection that falls silent", [{ at: "store", kind: "stall", afterBytes: oneMiB, times: 1 }], 1.1],
  [
    "a server without ranges",
    [
      { at: "store", kind: "cut", afterBytes: oneMiB, times: 1 },
      { at: "store", kind: "ignore-range" },
    ],
    1.5,
  ],
  ["a hub that is down for a moment", [{ at: "resolve", kind: "status", status: 503, times: 2 }], 1.1],
  ["a link that has expired", [{ at: "store", kind: "status", status: 403, times: 1 }], 1.1],
  ["one wrong byte", [{ at: "store", kind: "wrong-byte", times: 1 }], 2.1],
])("survived: %s", async (_, faults, bytesShare) => {
  await using fixture = await hubFixture({ repos: [repo], faults });
  await expectWhole(fixture, await bring(fixture));
  expect(fixture.double.bytesSent / sizeBytes).toBeLessThan(bytesShare);
});

test("a hub that asks for a rest gets it", async () => {
  const fault = { at: "resolve", kind: "status", status: 429, retryAfterSeconds: 9, times: 1 } as const;
  await using fixture = await hubFixture({ repos: [repo], faults: [fault] });
  hurriedClock.slept.length = 0;
  await expectWhole(fixture, await bring(fixture));
  expect(hurriedClock.slept).toContain(9000);
});

test.each<[string, HubFault[], object]>([
  [
    "bytes that are wrong twice",
    [{ at: "store", kind: "wrong-byte" }],
    {
      code: "upstream_failed",
      message: expect.stringMatching(
        /m-Q4_K_M\.gguf arrived damaged twice: its SHA-256 is [0-9a-f]{64} and should be [0-9a-f]{64};/,
      ),
    },
  ],
  [
    "a small file that is wrong twice",
    [{ at: "resolve", url: "README", kind: "wrong-byte" }],
    {
      code: "upstream_failed",
      message: expect.stringMatching(/README\.md arrived damaged twice: its git SHA-1 is/),
    },
  ],
  [
    "a store that is always down",
    [{ at: "store", kind: "status", status: 500 }],
    { code: "upstream_failed" },
  ],
  [
    "a server without ranges that always cuts",
    [
      { at: "store", kind: "ignore-range" },
      { at: "store", kind: "cut", afterBytes: oneMiB },
    ],
    {
      code: "upstream_failed",
      message: expect.stringMatching(/^cannot talk to http:\/\/127\.0\.0\.1:\d+: /),
    },
  ],
])("given up: %s; nothing wrong is ever listed as ready", async (_, faults, error) => {
  await using fixture = await hubFixture({ repos: [repo], faults });
  await expect(bring(fixture)).rejects.toMatchObject(error);
  const models = await createModelSource().list(fixture.profile, never);
  expect(models.filter((model) => model.status === "ready" && model.refs.length > 0)).toEqual([]);
  await expect(lstat(join(fixture.folder, repoFolder, "refs/main"))).rejects.toMatchObject({
    code: "ENOENT",
  });
});

test("a cancelled download rejects with the reason, keeps its part, and the next goes on from it", async () => {
  await using fixture = await hubFixture({
    repos: [repo],
    faults: [{ at: "store", kind: "slow", bytesPerSecond: 4 * oneMiB, times: 1 }],
  });
  const cancel = new AbortController();
  const reason = new Error("cancelled by the user");
  const stopAtHalf = (progress: DownloadProgress): void => {
    if (progress.bytesDone > sizeBytes / 2) cancel.abort(reason);
  };
  await expect(bring(fixture, stopAtHalf, cancel.signal)).rejects.toBe(reason);
  const plan = await fixture.hub.plan({ repo: "org/m" }, fixture.profile, never);
  expect(plan.bytesDone).toBeGreaterThan(sizeBytes * 0.4);
  await expectWhole(fixture, await bring(fixture));
  expect(
    fixture.double.requests.filter((request) => request.at === "store").map((request) => request.range),
  ).toEqual([undefined, expect.stringMatching(/^bytes=\d{7}-$/)]);
});

test("a partial file that others left is gone on with; one that holds other bytes is found out", async () => {
  await using fixture = await hubFixture({ repos: [repo] });
  const commit = await bring(fixture);
  const blobs = join(fixture.folder, repoFolder, "blobs");
  const [blob = ""] = (await readdir(blobs)).filter((name) => name.length === 64);
  const bytes = await readFile(join(blobs, blob));
  for (const [part, sentShare] of [
    [bytes.subarray(0, 2 * oneMiB), 0.5],
    [Buffer.alloc(2 * oneMiB, 1), 1.5],
    [Buffer.alloc(sizeBytes + 1), 1.1],
  ] as const) {
    await unlink(join(blobs, blob));
    await writeFile(join(blobs, `${blob}.incomplete`), part);
    const before = fixture.double.bytesSent;
    await bring(fixture);
    await expectWhole(fixture, commit);
    expect((fixture.double.bytesSent - before) / sizeBytes).toBeLessThan(sentShare);
  }
});

test("a lock whose holder has died is taken over", async () => {
  await using fixture = await hubFixture({ repos: [repo] });
  const { hub, profile } = fixture;
  const plan = await hub.plan({ repo: "org/m", include: ["*.md"] }, profile, never);
  const etag = createHash("sha1").update("blob 3\0# M").digest("hex");
  const lock = join(fixture.folder, `home/models/.locks/models--org--m/${etag}.berth`);
  await mkdir(dirname(lock), { recursive: true });
  await writeFile(
    lock,
    JSON.stringify({ host: hostname(), pid: process.pid, bootId: "another", startTime: "1" }),
  );
  await hub.download(plan, { profile, onProgress: () => undefined }, never);
  await expect(lstat(lock)).rejects.toMatchObject({ code: "ENOENT" });
});

test("the token goes to the hub alone, never to where a big file lies, and into no error", async () => {
  const readers = ["hf_secret"];
  await using fixture = await hubFixture(
    { repos: [{ ...repo, gated: "auto", readers }], tokens: readers },
    { token: () => "hf_secret" },
  );
  await bring(fixture);
  const withKey = fixture.double.requests.filter((request) => request.authorization !== undefined);
  expect(new Set(withKey.map((request) => request.at))).toEqual(new Set(["api", "resolve"]));
  expect(fixture.double.requests.some((request) => request.url.includes("hf_secret"))).toBe(false);
  expect(fixture.double.requests.filter((request) => request.at === "store")).toMatchObject([
    { authorization: undefined },
  ]);
});

test.each([
  ["../../../../escape.gguf", "the repository holds a file with an unsafe name"],
  ["/etc/escape.gguf", "the repository holds a file with an unsafe name"],
  ["a\\..\\b.gguf", "the repository holds a file with an unsafe name"],
])("a hub that names a file %s is refused", async (path, message) => {
  await using fixture = await hubFixture({ repos: [{ id: "org/m", files: { [path]: "x" } }] });
  await expect(bring(fixture)).rejects.toMatchObject({
    code: "upstream_failed",
    message: expect.stringContaining(message),
  });
});
