import { readdir, readlink, stat, truncate, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { BerthError, type Profile } from "@berth/api";
import { writeFiles } from "@berth/testing/temporary-folder";
import { tinyChatGguf } from "@berth/testing/tiny-gguf";
import { expect, test } from "vitest";
import { createModelSource } from "../directory/index.ts";
import { createListingMemory } from "./listing-memory.ts";
import { createRemoteModelSource, type RemoteModelSourceOptions } from "./model-source.ts";
import type { RunThere } from "./place-process.ts";
import { placeFixture, runHere } from "./test/place-fixture.ts";

const signal = new AbortController().signal;
const commit = "c".repeat(40);
const clock = { now: () => 1_000 };
const unreachable: RunThere = async () => {
  throw new BerthError("host_unreachable", "ssh: connect to host della port 22: No route to host");
};

async function harbour(options: Partial<RemoteModelSourceOptions> = {}) {
  const place = await placeFixture();
  const { folder, listings } = place;
  await writeFiles(folder, {
    [`home/models/models--org--m/snapshots/${commit}/m-Q8_0.gguf`]: tinyChatGguf(),
    [`cache/models--org--shared/snapshots/${commit}/s.gguf`]: tinyChatGguf(),
    "own.gguf": tinyChatGguf(),
    "pilot-q8_0.gguf": tinyChatGguf(),
  });
  const orders: string[] = [];
  const runThere: RunThere = (profile, words, stop) => {
    orders.push(words.join(" "));
    return runHere(profile, words, stop);
  };
  const make = (given: Partial<RemoteModelSourceOptions> = {}) =>
    createRemoteModelSource({
      runThere,
      memory: createListingMemory(listings),
      clock,
      ...options,
      ...given,
    });
  return { ...place, orders, make };
}

const local = (profile: Profile): Profile => ({ ...profile, schema: "local", slurm: null });

test("what is listed there is what the same code lists here", { timeout: 60_000 }, async () => {
  await using place = await harbour();
  const { profile } = place;
  const registered = async () => [{ path: join(place.folder, "own.gguf"), name: "me/own" }];
  const there = await place.make({ registered }).list(profile, signal);
  expect(there).toEqual(await createModelSource({ registered }).list(local(profile), signal));
  expect(there.map(({ repo, location }) => [repo, location])).toEqual([
    ["org/m", "home"],
    ["org/shared", "cache"],
    ["me/own", "directory"],
  ]);
  expect(place.orders).toEqual(["models list"]);
});

test("a listing outlives the server and the connection, with its time", { timeout: 60_000 }, async () => {
  await using place = await harbour();
  const { profile } = place;
  expect(await place.make().remembered(profile)).toBeUndefined();
  const listed = await place.make().list(profile, signal);
  const later = place.make({ runThere: unreachable, clock: { now: () => 9_000 } });
  await expect(later.list(profile, signal)).rejects.toMatchObject({ code: "host_unreachable" });
  expect(await later.remembered(profile)).toEqual({ models: listed, seenAt: 1_000 });
});

test.for([
  ["another cache", { cache: "/elsewhere" }],
  ["another host", { slurm: { host: "adroit" } }],
] as const)("a profile that has got %s remembers nothing", { timeout: 60_000 }, async ([, change]) => {
  await using place = await harbour();
  await place.make().list(place.profile, signal);
  expect(await place.make().remembered({ ...place.profile, ...change })).toBeUndefined();
});

test("what has not changed is not sent again", { timeout: 60_000 }, async () => {
  await using place = await harbour();
  const { profile } = place;
  const source = place.make();
  const first = await source.list(profile, signal);
  const written = (await stat(join(place.listings, "della.json"))).mtimeMs;
  expect(await source.list(profile, signal)).toEqual(first);
  expect((await stat(join(place.listings, "della.json"))).mtimeMs).toBe(written);
});

test("a damaged memory is no memory", { timeout: 60_000 }, async () => {
  await using place = await harbour();
  await writeFiles(place.folder, { "listings/della.json": '{"version":1,"place":' });
  expect(await place.make().remembered(place.profile)).toBeUndefined();
  expect(await place.make().list(place.profile, signal)).toHaveLength(2);
});

test(
  "the home's are deleted there; the cache's are refused with the reason",
  { timeout: 60_000 },
  async () => {
    await using place = await harbour();
    const { profile } = place;
    const source = place.make();
    const [own, shared] = await source.list(profile, signal);
    if (own === undefined || shared === undefined) throw new Error("two models lie there");
    await expect(source.remove(shared, profile, signal)).rejects.toMatchObject({
      code: "read_only",
      message: "org/shared lies in the cache, which others share; Berth never deletes there",
    });
    await source.remove(own, profile, signal);
    expect((await source.list(profile, signal)).map(({ repo }) => repo)).toEqual(["org/shared"]);
  },
);

test("a path there is inspected; what is wrong with it is told", { timeout: 60_000 }, async () => {
  await using place = await harbour();
  const { profile, folder } = place;
  const source = place.make();
  expect((await source.inspect(join(folder, "own.gguf"), "me/own", profile, signal)).status).toBe("ready");
  await expect(source.inspect("/nowhere", undefined, profile, signal)).rejects.toMatchObject({
    code: "unprocessable",
    param: "path",
    message: expect.stringContaining("nothing is there"),
  });
});

test("a runner that is not there is told with its own words", { timeout: 60_000 }, async () => {
  await using place = await harbour();
  const runThere: RunThere = (profile, words, stop) => runHere(profile, ["nonsense", ...words], stop);
  await expect(place.make({ runThere }).list(place.profile, signal)).rejects.toMatchObject({
    code: "upstream_failed",
    message: expect.stringMatching(/runner on profile della ended with 64: usage: runner/),
  });
});

test("the demo is listed until it is staged, and then lies in the home", { timeout: 60_000 }, async () => {
  await using place = await harbour();
  const { profile, folder } = place;
  const source = place.make({ demo: { path: join(folder, "pilot-q8_0.gguf"), name: "berth/pilot" } });
  const shipped = (await source.list(profile, signal)).at(-1);
  if (shipped === undefined) throw new Error("the demo is listed");
  expect(shipped).toMatchObject({ repo: "berth/pilot", location: "demo", status: "ready", profile: "della" });
  await expect(source.remove(shipped, profile, signal)).rejects.toMatchObject({ code: "read_only" });

  const staged = await source.stage(shipped, profile, signal);
  expect(staged).toMatchObject({ location: "home", path: shipped.path, refs: ["demo"], status: "ready" });
  expect(staged.id).toBe(shipped.id);
  const link = join(staged.path, "pilot-q8_0.gguf");
  expect(await readlink(link)).toMatch(/^\.\.\/\.\.\/blobs\/[0-9a-f]{64}$/);
  // a copy that is cut off goes on, and one that is whole is not sent again
  const blob = join(folder, "home/models/models--berth--pilot/blobs", (await readlink(link)).slice(12));
  await truncate(blob, 100);
  await writeFile(`${blob}.incomplete`, tinyChatGguf().subarray(0, 100));
  await source.stage(shipped, profile, signal);
  expect(await readdir(join(folder, "home/models/models--berth--pilot/blobs"))).toHaveLength(1);
  expect((await stat(link)).size).toBe(tinyChatGguf().length);
});
