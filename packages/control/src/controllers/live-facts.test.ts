import type { RunnerHealth } from "@berth/api";
import type { Observation } from "@berth/launchers";
import { describe, expect, test } from "vitest";
import { judge, LiveFacts, type LiveFact, type ProbeAnswer } from "./live-facts.ts";

const launch = { serviceId: "abc", launchId: "abc-1" };
const running: Observation = { kind: "running", address: { url: "http://127.0.0.1:1" }, state: undefined };
const told: RunnerHealth = {
  ...launch,
  phase: "ready",
  progress: null,
  inFlight: 3,
  lastActivityAt: 7,
  startedAt: 0,
  memoryMiB: 42,
  engine: { contextTokens: 512, parallel: 2 },
};
const says = (health: Partial<RunnerHealth>): ProbeAnswer => ({
  kind: "health",
  health: { ...told, ...health },
});
const mute: ProbeAnswer = { kind: "none", reason: "connection refused" };

function healthAfter(...answers: ProbeAnswer[]) {
  let fact: LiveFact | undefined;
  let health;
  for (const answer of answers) ({ fact, health } = judge(fact, launch, running, answer));
  return { fact, health };
}

describe("health", () => {
  test.each([
    ["ready counts its streak", [says({}), says({})], { kind: "ready", streak: 2 }],
    ["a lost probe ends the streak", [says({}), mute], { kind: "failing", streak: 1 }],
    ["lost probes count too", [mute, mute, mute], { kind: "failing", streak: 3 }],
    ["an answer ends that streak", [mute, mute, says({})], { kind: "ready", streak: 1 }],
    [
      "a starting engine is not failing",
      [says({ phase: "starting", progress: { message: "loading", fraction: 0.629 } })],
      { kind: "starting", progress: "loading 62 %" },
    ],
    [
      "another launch at the port is a failure",
      [says({ launchId: "abc-2" })],
      { kind: "failing", streak: 1, reason: "at its port answers another launch, abc-2" },
    ],
    ["another service at the port is one", [says({ serviceId: "xyz" })], { kind: "failing", streak: 1 }],
    ["a draining runner is not healthy", [says({ phase: "draining" })], { kind: "failing", streak: 1 }],
    ["a runner without its engine is not", [says({ phase: "exited" })], { kind: "failing", streak: 1 }],
  ] as const)("%s", (_fact, answers, health) => {
    expect(healthAfter(...answers).health).toMatchObject(health);
  });

  test("is not asked of what does not run", () => {
    const { health, fact } = judge(healthAfter(says({})).fact, launch, { kind: "absent" }, undefined);
    expect(health).toEqual({ kind: "unasked" });
    expect(fact.address).toBeUndefined();
  });
});

describe("facts", () => {
  test("of what cannot be seen stay as they were, and its probes count anew", () => {
    const { fact } = healthAfter(says({}));
    expect(judge(fact, launch, { kind: "unknown", reason: "dark" }, undefined).fact).toEqual({
      ...fact,
      probe: { outcome: "none", streak: 0 },
    });
  });

  test("of an earlier launch are not taken for the present one's", () => {
    const { fact } = healthAfter(says({}));
    const next = judge(
      fact,
      { ...launch, launchId: "abc-2" },
      { kind: "unknown", reason: "dark" },
      undefined,
    );
    expect(next.fact.address).toBeUndefined();
  });

  test("that another launch tells are not taken over", () => {
    expect(healthAfter(says({ launchId: "abc-2", memoryMiB: 9 })).fact?.memoryMiB).toBeNull();
  });

  test("are told as new only when somebody would see a difference", () => {
    const facts = new LiveFacts();
    const { fact } = healthAfter(says({}));
    if (fact === undefined) throw new Error("no fact");
    expect(facts.set("abc", fact)).toBe(true);
    expect(facts.set("abc", { ...fact, probe: { outcome: "ready", streak: 99 } })).toBe(false);
    expect(facts.set("abc", { ...fact, inFlight: 4 })).toBe(true);
    expect(facts.drop("abc")).toBe(true);
    expect(facts.get("abc", "abc-1")).toBeUndefined();
  });
});
