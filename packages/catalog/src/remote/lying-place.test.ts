import { createHash } from "node:crypto";
import { PassThrough } from "node:stream";
import { gzipSync } from "node:zlib";
import type { ContainerImage, Model } from "@berth/api";
import { placeGreeting, type PlaceLine } from "@berth/api/place-protocol";
import { systemClock } from "@berth/std/clock";
import { expect, test } from "vitest";
import { createRemoteContainerImages } from "./container-images.ts";
import { createListingMemory } from "./listing-memory.ts";
import { createRemoteModelSource } from "./model-source.ts";
import type { RunThere } from "./place-process.ts";
import { placeFixture } from "./test/place-fixture.ts";

/** A login node that somebody else has taken over: what it answers is anything but what is there. */

const signal = new AbortController().signal;

function answering(...lines: readonly (PlaceLine | string)[]): RunThere {
  return async () => {
    const stdout = new PassThrough();
    const words = lines.map((line) => (typeof line === "string" ? line : `${JSON.stringify(line)}\n`));
    stdout.end([`${placeGreeting}\n`, ...words].join(""));
    return { stdin: new PassThrough().resume(), stdout, ended: Promise.resolve({ exitCode: 0, stderr: "" }) };
  };
}

function listing(text: Buffer | string): PlaceLine {
  const digest = createHash("sha256").update(text).digest("hex");
  return { type: "listing", digest, models: gzipSync(text).toString("base64") };
}

async function sourceOf(runThere: RunThere) {
  const place = await placeFixture();
  const memory = createListingMemory(place.listings);
  const source = createRemoteModelSource({ runThere, memory, clock: { now: () => 1 } });
  return { ...place, source };
}

const done: PlaceLine = { type: "done" };

const foreign: Model = {
  id: "m1",
  repo: "org/m",
  revision: "c".repeat(40),
  refs: [],
  profile: "laptop",
  location: "home",
  path: "/home/me/models/models--org--m/snapshots/c",
  files: [],
  sizeBytes: 1,
  status: "ready",
  statusReason: null,
  image: "text-generation",
  facts: null,
  estimatedMemoryMiB: null,
  modifiedAt: 0,
};

test("a model lies on the profile that was asked, whatever the place says", async () => {
  const told = answering(listing(JSON.stringify([foreign])), done);
  await using place = await sourceOf(told);
  const { profile } = place;
  expect((await place.source.list(profile, signal)).map((model) => model.profile)).toEqual([profile.name]);
  expect((await place.source.remembered(profile))?.models.map((model) => model.profile)).toEqual([
    profile.name,
  ]);
});

test("so does a container image", async () => {
  const image: ContainerImage = {
    id: "i1",
    profile: "laptop",
    location: "home",
    name: "vllm-openai",
    tag: null,
    digest: null,
    fileSha256: null,
    path: "/home/me/images/x.sif",
    source: null,
    sizeBytes: 1,
    createdAt: 0,
  };
  await using place = await placeFixture();
  const runThere = answering({ type: "images", images: [image] }, { type: "image", image }, done);
  const images = createRemoteContainerImages({
    runThere,
    pullThere: runThere,
    asJob: { run: () => runThere, end: async () => undefined },
    clock: systemClock,
    random: () => 0,
  });
  const { profile } = place;
  expect((await images.list(profile, signal)).map((each) => each.profile)).toEqual([profile.name]);
  const target = { profile, id: "p1", onLine: () => undefined };
  expect(await images.pull({ source: "x" }, target, signal)).toMatchObject({ profile: profile.name });
});

test(
  "a listing that unpacks to more than this machine should hold is refused",
  { timeout: 60_000 },
  async () => {
    const bomb = gzipSync(Buffer.alloc(300 * 1024 * 1024, " "), { level: 9 }).toString("base64");
    await using place = await sourceOf(answering({ type: "listing", digest: "d", models: bomb }, done));
    await expect(place.source.list(place.profile, signal)).rejects.toMatchObject({ code: "upstream_failed" });
  },
);
