import { expect, test } from "vitest";
import { SimulatedEndpoint, type Happening, type Look } from "../testing/simulate-replicas.ts";

/** The same sequence of chances for the same seed. */
function chances(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

function happening(chance: () => number): Happening {
  const which = Math.floor(chance() * 10);
  const drawn = chance();
  if (drawn < 0.12) return { kind: "load", requests: Math.floor(chance() * 40) };
  if (drawn < 0.15) return { kind: "load", requests: 0 };
  if (drawn < 0.19) return { kind: "deploy", isBroken: chance() < 0.3, size: 1 + Math.floor(chance() * 3) };
  if (drawn < 0.2) return { kind: "pause" };
  if (drawn < 0.23) return { kind: "resume" };
  if (drawn < 0.25) return { kind: "wake" };
  if (drawn < 0.27) return { kind: "crash", which };
  if (drawn < 0.28) return { kind: "sick", which };
  return { kind: "pass" };
}

const rollouts = ["replace", "auto", "surge"] as const;

/** What must hold of every decision. */
function faults({ at, row, replicas, plan }: Look): string[] {
  const found: string[] = [];
  const { max } = row.scaling;
  const target = row.currentDeployment ?? row.nextDeployment;
  const live = replicas.filter(({ phase }) => phase === "starting" || phase === "ready");
  const starts = plan.steps.flatMap((step) => (step.kind === "start" ? [step.deployment] : []));
  const gone = new Set(plan.steps.flatMap((step) => (step.kind === "stop" ? [step.replica] : [])));
  const after = (deployment: number | null): number =>
    live.filter((replica) => replica.deployment === deployment && !gone.has(replica.id)).length +
    starts.filter((number) => number === deployment).length;
  if (after(target) > max) found.push(`${after(target)} replicas of deployment ${target}, ${max} at most`);
  if (row.nextDeployment !== null && after(row.nextDeployment) > max)
    found.push(`${after(row.nextDeployment)} replicas of deployment ${row.nextDeployment}, ${max} at most`);
  if (starts.some((number) => number !== target && number !== row.nextDeployment))
    found.push("a replica of another deployment starts");
  if (row.isPaused && starts.length > 0) found.push("a replica starts while it is paused");
  if (plan.wanted > max) found.push(`${plan.wanted} are wanted, ${max} at most`);
  const decided = plan.steps.flatMap((step) => ("replica" in step ? [step.replica] : []));
  if (new Set(decided).size < decided.length) found.push("two decisions about one replica");
  const failed = plan.steps.some((step) => step.kind === "conclude" && step.status === "FAILED");
  for (const { id, inFlight, drainingSince, unhealthySince } of live) {
    const isLate = drainingSince !== null && at - drainingSince >= 15 * 60_000;
    if (gone.has(id) && inFlight > 0 && !isLate && unhealthySince === null && !failed)
      found.push(`${id} is stopped with ${inFlight} requests in flight`);
  }
  return found;
}

test("whatever happens, bounds hold, no request is cut off, and nothing is decided twice", () => {
  for (let seed = 1; seed <= 200; seed += 1) {
    const chance = chances(seed);
    const min = Math.floor(chance() * 3);
    const max = Math.max(1, min + Math.floor(chance() * 4));
    const scaling = {
      min,
      max,
      targetPendingRequests: 1 + Math.floor(chance() * 8),
      scaledownPeriodSeconds: 1 + Math.floor(chance() * 20),
      rollout: rollouts[seed % 3] ?? "auto",
    };
    const endpoint = new SimulatedEndpoint(scaling, seed % 2 === 0 ? Infinity : 3 + Math.floor(chance() * 4));
    endpoint.happen({ kind: "deploy", isBroken: false });
    for (let step = 0; step < 150; step += 1) {
      endpoint.happen(happening(chance));
      const look = endpoint.look();
      expect(faults(look), `seed ${seed}, step ${step}`).toEqual([]);
    }
  }
});

test("constant load comes to rest, and a roll-out comes to its end, whatever was before", () => {
  for (let seed = 1; seed <= 100; seed += 1) {
    const chance = chances(seed * 7_919);
    const endpoint = new SimulatedEndpoint({
      max: 4,
      targetPendingRequests: 1 + Math.floor(chance() * 8),
      scaledownPeriodSeconds: 5,
      rollout: seed % 3 === 0 ? "replace" : "auto",
    });
    endpoint.happen({ kind: "deploy", isBroken: false });
    for (let step = 0; step < 60; step += 1) {
      endpoint.happen(happening(chance));
      endpoint.look();
    }
    endpoint.happen({ kind: "resume" });
    endpoint.happen({ kind: "deploy", isBroken: false });
    endpoint.happen({ kind: "load", requests: Math.floor(chance() * 30) });
    for (let step = 0; step < 400; step += 1) endpoint.look();
    expect(endpoint.row.nextDeployment, `seed ${seed}`).toBeNull();
    const later = Array.from({ length: 100 }, () => endpoint.look());
    expect(
      later.flatMap(({ plan }) => plan.steps),
      `seed ${seed}`,
    ).toEqual([]);
  }
});

test("where memory holds few replicas a roll-out comes to its end all the same, and somebody answers", () => {
  for (let seed = 1; seed <= 100; seed += 1) {
    const chance = chances(seed * 104_729);
    const scaling = {
      min: 1 + Math.floor(chance() * 2),
      max: 4,
      targetPendingRequests: 1 + Math.floor(chance() * 8),
      scaledownPeriodSeconds: 5,
      rollout: rollouts[seed % 3] ?? "auto",
    };
    const endpoint = new SimulatedEndpoint(scaling, 3 + Math.floor(chance() * 4));
    endpoint.happen({ kind: "deploy", isBroken: false });
    for (let step = 0; step < 60; step += 1) {
      endpoint.happen(happening(chance));
      endpoint.look();
    }
    endpoint.happen({ kind: "resume" });
    endpoint.happen({ kind: "deploy", isBroken: false, size: 1 + Math.floor(chance() * 3) });
    endpoint.happen({ kind: "load", requests: Math.floor(chance() * 30) });
    for (let step = 0; step < 1_000; step += 1) endpoint.look();
    const { row, replicas } = endpoint.look();
    const ready = replicas.filter(
      ({ phase, drainingSince, deployment }) =>
        phase === "ready" && drainingSince === null && deployment === row.currentDeployment,
    );
    expect([row.nextDeployment, ready.length > 0], `seed ${seed}`).toEqual([null, true]);
  }
});
