import { chmod, mkdir, readdir, stat, utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { buffer } from "node:stream/consumers";
import { FakeClock } from "@berth/std/clock";
import { temporaryFolder } from "@berth/testing/temporary-folder";
import { expect, test } from "vitest";
import { openDirectoryBlobs } from "./directory-blobs.ts";

async function world() {
  const folder = await temporaryFolder();
  const directory = join(folder.path, "deep", "blobs");
  const blobs = await openDirectoryBlobs({ directory });
  const files = async (): Promise<string[]> => {
    const entries = await readdir(directory, { recursive: true, withFileTypes: true });
    return entries.filter((entry) => entry.isFile()).map(({ parentPath, name }) => join(parentPath, name));
  };
  return { directory, blobs, files, [Symbol.asyncDispose]: () => folder[Symbol.asyncDispose]() };
}

async function* pieces(...texts: string[]): AsyncGenerator<Uint8Array> {
  for (const text of texts) yield Buffer.from(text);
}

/** Some bytes, and then what a disk says. */
async function* broken(code: string): AsyncGenerator<Uint8Array> {
  yield Buffer.alloc(100_000);
  throw Object.assign(new Error(code), { code });
}

test.each<[string, Uint8Array | AsyncIterable<Uint8Array>, string]>([
  ["bytes", Buffer.from("some"), "some"],
  ["nothing", Buffer.alloc(0), ""],
  ["a stream", pieces("so", "me"), "some"],
  ["a stream of nothing", pieces(), ""],
])("%s are read as they were written, also after a restart", async (_fact, bytes, expected) => {
  await using given = await world();
  await given.blobs.write("job-1.ab_c", bytes);
  expect((await buffer(given.blobs.read("job-1.ab_c"))).toString()).toBe(expected);
  const again = await openDirectoryBlobs({ directory: given.directory });
  expect((await buffer(again.read("job-1.ab_c"))).toString()).toBe(expected);
});

test("they are this user's alone", async () => {
  await using given = await world();
  await given.blobs.write("a", Buffer.from("some"));
  const [file = ""] = await given.files();
  const modes = await Promise.all([given.directory, join(file, ".."), file].map((path) => stat(path)));
  expect(modes.map(({ mode }) => (mode & 0o777).toString(8))).toEqual(["700", "700", "600"]);
});

test("many lie in many folders, and beginnings that are alike are no matter", async () => {
  await using given = await world();
  const names = Array.from({ length: 200 }, (_, index) => `0192f-${index}`);
  await Promise.all(names.map((name) => given.blobs.write(name, Buffer.from(name))));
  expect((await readdir(given.directory)).length).toBeGreaterThan(50);
  for (const name of names) expect((await buffer(given.blobs.read(name))).toString()).toBe(name);
});

test("the same name again has the last bytes, never a mixture", async () => {
  await using given = await world();
  const large = ["a", "b", "c"].map((letter) => Buffer.from(letter.repeat(300_000)));
  await Promise.all(large.map((bytes) => given.blobs.write("same", bytes)));
  const read = await buffer(given.blobs.read("same"));
  expect(large.some((bytes) => bytes.equals(read))).toBe(true);
  expect((await given.files()).length).toBe(1);
});

test("what is forgotten is gone, and what is not there is forgotten already", async () => {
  await using given = await world();
  for (const name of ["a", "b", "c"]) await given.blobs.write(name, Buffer.from(name));
  await given.blobs.forget(["a", "never", "c"]);
  await given.blobs.forget([]);
  expect((await given.files()).map((path) => path.slice(-2))).toEqual(["/b"]);
  await expect(buffer(given.blobs.read("a"))).rejects.toMatchObject({ code: "not_found" });
});

test("whoever reads no further lets go of the file, and reads a forgotten one to its end", async () => {
  await using given = await world();
  await given.blobs.write("a", Buffer.alloc(1_000_000, "a"));
  for await (const piece of given.blobs.read("a")) {
    expect(piece.length).toBeLessThan(1_000_000);
    break;
  }
  const reading = given.blobs.read("a")[Symbol.asyncIterator]();
  let bytes = (await reading.next()).value.length;
  await given.blobs.forget(["a"]);
  for (let next = await reading.next(); next.done !== true; next = await reading.next())
    bytes += next.value.length;
  expect(bytes).toBe(1_000_000);
});

test.each([
  ["ENOSPC", "insufficient_disk"],
  ["EDQUOT", "insufficient_disk"],
  ["EROFS", "read_only"],
  ["EPIPE", "EPIPE"],
])("%s is told as %s, and leaves nothing behind", async (code, expected) => {
  await using given = await world();
  await given.blobs.write("before", Buffer.from("some"));
  await expect(given.blobs.write("a", broken(code))).rejects.toMatchObject({ code: expected });
  await expect(given.blobs.write("before", broken(code))).rejects.toMatchObject({ code: expected });
  expect((await given.files()).length).toBe(1);
  expect((await buffer(given.blobs.read("before"))).toString()).toBe("some");
});

test("what a killed process has left half written is thrown away, and not what another is at", async () => {
  await using given = await world();
  const clock = new FakeClock(1_000_000_000_000);
  const drafts = join(given.directory, "drafts");
  for (const [name, ageMs] of [
    ["old", 7_200_000],
    ["new", 60_000],
  ] as const) {
    await writeFile(join(drafts, name), "some");
    const at = new Date(clock.now() - ageMs);
    await utimes(join(drafts, name), at, at);
  }
  await openDirectoryBlobs({ directory: given.directory, clock });
  expect(await readdir(drafts)).toEqual(["new"]);
});

test.each([
  "",
  ".",
  "..",
  "../a",
  "a/b",
  "/etc/passwd",
  "a\\b",
  "a\0b",
  ".hidden",
  "a..b",
  "a.",
  "é",
  "a b",
  "a\n",
  "C:",
  "x".repeat(201),
])("%j names no blob", async (name) => {
  await using given = await world();
  const refusal = { code: "invalid_request" };
  await expect(given.blobs.write(name, Buffer.from("x"))).rejects.toMatchObject(refusal);
  await expect(buffer(given.blobs.read(name))).rejects.toMatchObject(refusal);
  await expect(given.blobs.forget(["a", name])).rejects.toMatchObject(refusal);
  expect(await given.files()).toEqual([]);
});

test("a name that begins like the drafts' folder is one like any other", async () => {
  await using given = await world();
  await given.blobs.write("drafts", Buffer.from("some"));
  expect((await buffer(given.blobs.read("drafts"))).toString()).toBe("some");
});

test.skipIf(process.getuid?.() === 0)("a directory that cannot be written is told at once", async () => {
  await using folder = await temporaryFolder();
  const directory = join(folder.path, "blobs");
  await mkdir(directory);
  await chmod(directory, 0o500);
  await expect(openDirectoryBlobs({ directory })).rejects.toMatchObject({ code: "read_only" });
});
