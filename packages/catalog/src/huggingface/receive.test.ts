import { createHash } from "node:crypto";
import { readdir, readFile, readlink } from "node:fs/promises";
import { join } from "node:path";
import { systemClock } from "@berth/std/clock";
import { temporaryFolder } from "@berth/testing/temporary-folder";
import { expect, test } from "vitest";
import { receiveCommit, type SentCommit, type WantedFile } from "./receive.ts";

const context = { clock: systemClock, signal: new AbortController().signal };
const commit = "c".repeat(40);
const content: Readonly<Record<string, Buffer>> = {
  "config.json": Buffer.from('{"a":1}'),
  "sub/weights.bin": Buffer.alloc(300_000, "weights "),
};

const etagOf = (bytes: Buffer): string => createHash("sha256").update(bytes).digest("hex");

function sentOf(files = content): SentCommit {
  return {
    repo: "org/m",
    revision: "main",
    commit,
    files: Object.entries(files).map(([path, bytes]) => ({
      path,
      sizeBytes: bytes.length,
      etag: etagOf(bytes),
      digest: "sha256" as const,
    })),
  };
}

/** Sends what is wanted, up to so many bytes; `spoil` may change them. Resolves to what was wanted. */
async function send(
  home: string,
  limits: { readonly bytes?: number; readonly spoil?: (bytes: Buffer) => Buffer } = {},
): Promise<readonly WantedFile[]> {
  const wants = Promise.withResolvers<readonly WantedFile[]>();
  const { bytes: most = Infinity, spoil = (bytes) => bytes } = limits;
  async function* sending(): AsyncGenerator<Uint8Array> {
    let left = most;
    for (const { etag, offset } of await wants.promise) {
      const bytes = Object.values(content).find((each) => etagOf(each) === etag) ?? Buffer.alloc(0);
      const part = spoil(bytes).subarray(offset, offset + left);
      left -= part.length;
      for (let at = 0; at < part.length; at += 50_000) yield part.subarray(at, at + 50_000);
      if (left <= 0) return;
    }
  }
  const sender = { bytes: sending(), onWants: wants.resolve, onProgress: () => undefined };
  await receiveCommit(home, sentOf(), sender, context);
  return wants.promise;
}

const total = Object.values(content).reduce((sum, bytes) => sum + bytes.length, 0);

test("files get their names when their bytes are proved, and the ref comes last", async () => {
  await using folder = await temporaryFolder();
  await send(folder.path);
  const repo = join(folder.path, "models/models--org--m");
  for (const [path, bytes] of Object.entries(content)) {
    expect(await readFile(join(repo, "snapshots", commit, path))).toEqual(bytes);
  }
  expect(await readlink(join(repo, "snapshots", commit, "sub/weights.bin"))).toMatch(
    /^\.\.\/\.\.\/\.\.\/blobs\//,
  );
  expect(await readFile(join(repo, "refs/main"), "utf8")).toBe(commit);
});

test("a transfer that is cut off goes on at the byte where it was, and at the end nothing is wanted", async () => {
  await using folder = await temporaryFolder();
  await expect(send(folder.path, { bytes: 120_000 })).rejects.toMatchObject({
    code: "upstream_failed",
    message: expect.stringContaining("it goes on from there"),
  });
  const repo = join(folder.path, "models/models--org--m");
  expect(await readdir(repo)).toEqual(["blobs"]);
  const wanted = await send(folder.path);
  expect(wanted.reduce((sum, { offset }) => sum + offset, 0)).toBeGreaterThanOrEqual(120_000 - 7);
  expect(await send(folder.path)).toEqual([]);
});

test("wrong bytes are refused with both digests, and not kept", async () => {
  await using folder = await temporaryFolder();
  const spoil = (bytes: Buffer): Buffer =>
    Buffer.from(bytes).fill("x", bytes.length >> 1, (bytes.length >> 1) + 1);
  await expect(send(folder.path, { spoil })).rejects.toMatchObject({
    code: "upstream_failed",
    message: expect.stringContaining("arrived damaged"),
  });
  expect((await send(folder.path)).length).toBeGreaterThan(0);
  expect(total).toBeGreaterThan(300_000);
});

test.for([
  ["a path that leads out", { path: "../../evil" }, "unsafe name"],
  ["a name that is no digest", { etag: "../x" }, "without a proper digest"],
] as const)("%s is refused before anything is written", async ([, change, words]) => {
  await using folder = await temporaryFolder();
  const sent = sentOf();
  const files = sent.files.map((file) => ({ ...file, ...change }));
  const sender = { bytes: (async function* () {})(), onWants: () => undefined, onProgress: () => undefined };
  await expect(receiveCommit(folder.path, { ...sent, files }, sender, context)).rejects.toThrow(words);
  expect(await readdir(folder.path)).toEqual([]);
});
