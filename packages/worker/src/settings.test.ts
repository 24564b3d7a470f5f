import { expect, test } from "vitest";
import { choosePlace } from "./settings.ts";
import { slurmSecondsLeft } from "./time-left.ts";

const pulled = { BERTH_URL: "http://there:8000/", BERTH_API_KEY: "k", BERTH_ENDPOINT: "me/mine" };

test.each([
  [
    "an endpoint's jobs are taken",
    {},
    pulled,
    { kind: "pull", url: "http://there:8000", key: "k", endpoint: "me/mine" },
  ],
  [
    "options go first",
    { endpoint: "other", url: "https://x" },
    pulled,
    { kind: "pull", url: "https://x", key: "k", endpoint: "other" },
  ],
  ["calls come by a socket", {}, { BERTH_SOCKET: "/s" }, { kind: "push", listen: { path: "/s" } }],
  [
    "calls come by a port of the loopback",
    { port: 0 },
    {},
    { kind: "push", listen: { host: "127.0.0.1", port: 0 } },
  ],
])("%s", (_, options, env, place) => {
  expect(choosePlace(options, env)).toEqual(place);
});

test.each([
  ["nothing", {}, "BERTH_ENDPOINT"],
  ["an endpoint without a server", { BERTH_ENDPOINT: "e" }, "BERTH_URL"],
  ["an endpoint without a key", { ...pulled, BERTH_API_KEY: "" }, "BERTH_API_KEY"],
  ["no address", { ...pulled, BERTH_URL: "there" }, "no http address"],
  ["no port", { BERTH_PORT: "x" }, "no port"],
])("with %s it says what to set", (_, env, words) => {
  expect(() => choosePlace({}, env)).toThrow(words);
});

test("Slurm says in seconds since 1970 when a job ends", () => {
  const clock = { now: () => 1_000_000 };
  expect(slurmSecondsLeft({ SLURM_JOB_END_TIME: "1060" }, clock)).toBe(60);
  expect(slurmSecondsLeft({ SLURM_JOB_END_TIME: "900" }, clock)).toBe(0);
  expect(slurmSecondsLeft({}, clock)).toBeUndefined();
});
