import { PassThrough } from "node:stream";
import { BerthError, type ContainerImage, type Profile } from "@berth/api";
import { placeGreeting, type PlaceLine } from "@berth/api/place-protocol";
import { FakeClock } from "@berth/std/clock";
import { expect, test } from "vitest";
import { createRemoteContainerImages } from "./container-images.ts";
import type { RunThere } from "./place-process.ts";
import { placeFixture } from "./test/place-fixture.ts";

const signal = new AbortController().signal;
const image: ContainerImage = {
  id: "i1",
  profile: "della",
  location: "home",
  name: "tool",
  tag: "1",
  digest: null,
  fileSha256: null,
  path: "/home/me/tool_1.sif",
  source: "/box",
  sizeBytes: 1,
  createdAt: 1,
};
const log = (line: string): PlaceLine => ({ type: "log", line });
const whole: readonly PlaceLine[] = [log("one"), log("two"), { type: "image", image }, { type: "done" }];

/** Each run tells the lines that it still has, and then loses the connection if they do not end. */
function runs(...tellings: readonly (readonly PlaceLine[])[]): RunThere {
  const left = [...tellings];
  return async () => {
    const lines = left.shift() ?? [];
    const stdin = new PassThrough().resume();
    const stdout = new PassThrough();
    stdout.end([placeGreeting, ...lines.map((line) => JSON.stringify(line)), ""].join("\n"));
    const isWhole = lines.at(-1)?.type === "done";
    const ended = isWhole
      ? Promise.resolve({ exitCode: 0, stderr: "" })
      : Promise.reject(new BerthError("host_unreachable", "Connection closed by remote host"));
    ended.catch(() => undefined);
    return { stdin, stdout, ended };
  };
}

async function pull(profile: Profile, run: RunThere, loginNode: boolean) {
  const clock = new FakeClock();
  const heard: string[] = [];
  const source = createRemoteContainerImages({
    runThere: run,
    pullThere: run,
    asJob: { run: () => run, end: async () => undefined },
    clock: { now: () => 0, monotonic: () => clock.monotonic(), sleep: async (ms) => clock.advance(ms) },
    random: () => 0.5,
  });
  const target = { profile, id: "p1", onLine: (line: string) => void heard.push(line) };
  return { image: await source.pull({ source: "/box", loginNode }, target, signal), heard };
}

test("a pull whose connection is lost is followed again, and its job's lines are told once", async () => {
  await using place = await placeFixture();
  expect(await pull(place.profile, runs([log("one")], whole), false)).toEqual({
    image,
    heard: ["one", "waiting: Connection closed by remote host", "two"],
  });
});

test("on the login node it is begun again, and all its lines are new", async () => {
  await using place = await placeFixture();
  const { heard } = await pull(place.profile, runs([log("one")], whole), true);
  expect(heard).toEqual(["one", "waiting: Connection closed by remote host", "one", "two"]);
});
