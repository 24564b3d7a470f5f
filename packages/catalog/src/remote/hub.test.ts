import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { systemClock } from "@berth/std/clock";
import { startHubDouble } from "@berth/testing/hub-double";
import { expect, test } from "vitest";
import { createHub } from "../huggingface/index.ts";
import { createRemoteHub } from "./hub.ts";
import type { RunThere } from "./place-process.ts";
import { placeFixture, runHere } from "./test/place-fixture.ts";

const { signal } = new AbortController();
const token = { value: "hf_ada", name: "secret hub" };
const repo = "org/gated";

/** A cluster on this machine, and a hub that lets two in; the server's own HF_TOKEN is a stranger's. */
async function world() {
  const place = await placeFixture();
  const double = await startHubDouble({
    repos: [{ id: repo, files: { "m-Q4_K_M.gguf": "GGUF" }, gated: "manual", readers: [token.value] }],
    tokens: [token.value, "hf_stranger"],
  });
  const words: string[] = [];
  const runThere: RunThere = (profile, given, leaves) => {
    words.push(...given);
    return runHere(profile, given, leaves);
  };
  const usual = {
    endpoint: double.endpoint,
    token: () => "hf_stranger",
    offline: () => false,
    clock: systemClock,
  };
  const hub = createRemoteHub({
    ...usual,
    hub: createHub({ ...usual, fetch }),
    runThere,
    asJob: { run: () => runThere, end: () => Promise.resolve() },
    stagingHome: join(place.folder, "staging"),
    random: Math.random,
  });
  return {
    ...place,
    double,
    words,
    hub,
    [Symbol.asyncDispose]: async () => {
      await double.close();
      await place[Symbol.asyncDispose]();
    },
  };
}

test.each([
  ["by the login node", {}, "login-node"],
  ["by a Slurm job", { asJob: true }, "slurm-job"],
  ["from here", { stage: true }, "staged"],
])("a gated model comes %s with the token that was brought along", async (_fact, how, means) => {
  await using at = await world();
  const { profile, hub } = at;
  await expect(hub.plan({ repo, ...how }, profile, signal)).rejects.toMatchObject({
    code: "gated_model",
    message: expect.stringContaining("the account of HF_TOKEN has not been let in yet"),
  });
  const plan = await hub.plan({ repo, token, ...how }, profile, signal);
  expect(plan.means).toBe(means);
  await hub.download(plan, { profile, token, onProgress: () => undefined }, signal);
  const files = await readdir(profile.home, { recursive: true });
  const model = files.find((file) => file.endsWith("m-Q4_K_M.gguf"));
  expect(await readFile(join(profile.home, model ?? ""), "utf8")).toBe("GGUF");
  expect(JSON.stringify([plan, at.words])).not.toContain(token.value);
});

test("whom the hub refuses is called by the token's name", async () => {
  await using at = await world();
  const wrong = { value: "hf_wrong", name: "secret old" };
  await expect(at.hub.plan({ repo, token: wrong }, at.profile, signal)).rejects.toMatchObject({
    code: "forbidden",
    message: expect.stringContaining("refuses secret old: it is wrong or has expired"),
  });
});
