import { spawn } from "node:child_process";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { expect, test } from "vitest";
import { digestContent, readContent } from "./hub-double-content.ts";
import { type HubDoubleOptions, startHubDouble } from "./hub-double.ts";
import { temporaryFolder } from "./temporary-folder.ts";

const weights = { sizeBytes: 100_000, seed: "w" };
const options: HubDoubleOptions = {
  repos: [
    { id: "org/m", files: { "a.gguf": weights, "b.txt": "text" } },
    { id: "org/gated", files: { "a.txt": "x" }, gated: "manual", readers: ["in"] },
  ],
  tokens: ["in", "out"],
};

test("made bytes are the same from any offset on, after their head", () => {
  const content = { ...weights, head: Buffer.from("GGUF").toString("base64") };
  const whole = readContent(content, 0, weights.sizeBytes);
  expect(whole.subarray(0, 4).toString()).toBe("GGUF");
  for (const [start, end] of [
    [1, 3],
    [2, 40],
    [17, 18],
    [99_990, 100_000],
  ] as const) {
    expect(readContent(content, start, end)).toEqual(whole.subarray(start, end));
  }
});

test("git's digest of a small file is git's own", () => {
  // echo -n text | git hash-object --stdin
  expect(digestContent("text", "sha1", true)).toBe("f3a34851d44d6b97c90fbb99dd3d18c261b9a237");
});

test.each([
  ["a file that is not there", "/org/m/resolve/main/none", undefined, 404, "EntryNotFound"],
  ["a revision that is not there", "/org/m/resolve/v9/b.txt", undefined, 404, "RevisionNotFound"],
  ["a repository that is not there", "/api/models/org/none", "in", 404, "RepoNotFound"],
  ["the same to a stranger", "/api/models/org/none", undefined, 401, "RepoNotFound"],
  ["a gated file to a stranger", "/org/gated/resolve/main/a.txt", undefined, 401, "GatedRepo"],
  ["a gated file to others", "/org/gated/resolve/main/a.txt", "out", 403, "GatedRepo"],
  ["a gated file to a reader", "/org/gated/resolve/main/a.txt", "in", 200, null],
  ["a token that is none", "/api/whoami-v2", "wrong", 401, null],
])("%s is answered as on the hub", async (_, path, token, status, code) => {
  await using hub = await startHubDouble(options);
  const headers = token === undefined ? {} : { authorization: `Bearer ${token}` };
  const answer = await fetch(hub.endpoint + path, { headers });
  expect([answer.status, answer.headers.get("x-error-code")]).toEqual([status, code]);
});

test("a big file is a redirect to another origin, which knows ranges", async () => {
  await using hub = await startHubDouble(options);
  const link = await fetch(`${hub.endpoint}/org/m/resolve/main/a.gguf`, {
    method: "HEAD",
    redirect: "manual",
  });
  expect(link.status).toBe(302);
  expect(link.headers.get("x-linked-size")).toBe("100000");
  expect(link.headers.get("x-linked-etag")).toBe(`"${digestContent(weights, "sha256")}"`);
  const location = link.headers.get("location") ?? "";
  expect(new URL(location).origin).not.toBe(hub.endpoint);
  const part = await fetch(location, { headers: { range: "bytes=99990-" } });
  expect([part.status, part.headers.get("content-range")]).toEqual([206, "bytes 99990-99999/100000"]);
  expect(Buffer.from(await part.arrayBuffer())).toEqual(readContent(weights, 99_990, 100_000));
});

test("as a process of its own it tells its endpoint, takes faults, and ends with its input", async () => {
  await using folder = await temporaryFolder();
  const file = join(folder.path, "options.json");
  await writeFile(file, JSON.stringify(options));
  const program = new URL("./hub-double-main.ts", import.meta.url).pathname;
  const child = spawn(process.execPath, [program, file], { stdio: ["pipe", "pipe", "inherit"] });
  const ended = new Promise((resolve) => child.once("exit", resolve));
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]();
  const { endpoint } = JSON.parse((await lines.next()).value as string) as { endpoint: string };
  expect((await fetch(`${endpoint}/org/m/resolve/main/b.txt`)).status).toBe(200);
  child.stdin.write(`${JSON.stringify([{ at: "resolve", kind: "status", status: 503 }])}\n`);
  expect(JSON.parse((await lines.next()).value as string)).toEqual({ bytesSent: 4 });
  expect((await fetch(`${endpoint}/org/m/resolve/main/b.txt`)).status).toBe(503);
  child.stdin.end();
  expect(await ended).toBe(0);
});
