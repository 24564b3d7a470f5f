import { defaultQueueRules, defaultScaling, type Scaling } from "@berth/api";
import type { EndpointRow } from "@berth/store";
import { describe, expect, test } from "vitest";
import type { EndpointFacts, EndpointStep } from "./endpoint-step.ts";
import { planEndpoint, type EndpointPlan } from "./plan-endpoint.ts";
import type { Demand } from "./plan-replicas.ts";
import type { Replica } from "./replica.ts";
import { failuresSeen, type StartFailures } from "./start-failures.ts";

const now = 10_000_000;
const minute = 60_000;

function row(
  given: Partial<Omit<EndpointRow, "scaling">> & { scaling?: Partial<Scaling> } = {},
): EndpointRow {
  const { scaling, ...rest } = given;
  return {
    id: "ep-1",
    owner: "ada",
    name: "chat",
    description: null,
    visibility: "private",
    queue: defaultQueueRules,
    fallback: null,
    coldStart: "hold",
    configuration: {
      template: { model: "berth/pilot" },
      profiles: ["here"],
      hardware: null,
      secrets: [],
      hubSecret: null,
    },
    currentDeployment: 1,
    nextDeployment: null,
    formerNames: [],
    isPaused: false,
    isDeleted: false,
    createdAt: 1,
    updatedAt: 1,
    ...rest,
    scaling: { ...defaultScaling, max: 3, ...scaling },
  };
}

function ready(id: string, given: Partial<Replica> = {}): Replica {
  return {
    id,
    name: `chat.${id}`,
    deployment: 1,
    profile: "here",
    phase: "ready",
    failure: null,
    waitingSince: null,
    readyAt: now - 10 * minute,
    inFlight: 0,
    createdAt: now - 11 * minute,
    endedAt: null,
    unhealthySince: null,
    drainingSince: null,
    ...given,
  };
}

const starting = (id: string, given: Partial<Replica> = {}): Replica =>
  ready(id, { phase: "starting", readyAt: null, createdAt: now - 1_000, ...given });

const failed = (id: string, given: Partial<Replica> = {}): Replica =>
  ready(id, {
    phase: "ended",
    failure: "exit code 1",
    readyAt: null,
    createdAt: now - 5_000,
    endedAt: now - 1_000,
    ...given,
  });

const stopped = (id: string, given: Partial<Replica> = {}): Replica =>
  ready(id, { phase: "ended", endedAt: now - minute, ...given });

function refusal(reason: string, given: Partial<StartFailures> = {}): StartFailures {
  return {
    count: 1,
    last: { begunAt: now - 1, failedAt: now, reason, isRefusal: true },
    isMet: false,
    ...given,
  };
}

function facts(given: Partial<EndpointFacts> = {}): EndpointFacts {
  return {
    now,
    inFlight: 0,
    waiting: 0,
    arrivalsPerSecond: 0,
    steadyPerSecond: 0,
    startMs: null,
    donePerSecond: null,
    isSaturated: false,
    lastActiveAt: null,
    isWoken: false,
    failures: new Map(),
    lackOfRoom: new Map(),
    shortOfRoom: new Set(),
    coming: new Map(),
    profilesOf: () => ["here"],
    ...given,
  };
}

/** `start 1, start 1, drain a`. */
function brief({ steps }: EndpointPlan): string {
  return steps.map(briefStep).join(", ");
}

function briefStep(step: EndpointStep): string {
  switch (step.kind) {
    case "start":
      return `start ${step.deployment}`;
    case "conclude":
      return `${step.status} ${step.deployment}`;
    case "remove":
      return "remove";
    case "drain":
    case "keep":
    case "stop":
    case "forget":
      return `${step.kind} ${step.replica}`;
  }
}

interface Case {
  readonly row?: EndpointRow;
  readonly replicas?: readonly Replica[];
  readonly facts?: EndpointFacts;
  readonly demands?: readonly Demand[];
}

function plan({ row: of = row(), replicas = [], facts: seen = facts(), demands = [] }: Case): EndpointPlan {
  return planEndpoint(
    of,
    replicas,
    { ...seen, failures: failuresSeen(seen.failures, replicas, seen.now) },
    demands,
  );
}

const first = row({ currentDeployment: null, nextDeployment: 1 });
const rolling = row({ nextDeployment: 2 });
const minTwo = { min: 2 };
const next = (id: string, given: Partial<Replica> = {}): Replica => ready(id, { deployment: 2, ...given });
const busy = facts({ inFlight: 1, lastActiveAt: now });

describe("what is done", () => {
  test.each<[string, Case, string]>([
    ["what was never deployed is left alone", { row: row({ currentDeployment: null }) }, ""],
    [
      "a first deployment that nobody has woken is there at once, with no replica",
      { row: first },
      "COMPLETED 1",
    ],
    [
      "a first deployment that is woken starts one",
      { row: first, facts: facts({ isWoken: true }) },
      "start 1",
    ],
    [
      "a first deployment starts as many as there are to be at least",
      { row: row({ ...first, scaling: minTwo }) },
      "start 1, start 1",
    ],
    [
      "and is not there before they are ready",
      { row: row({ ...first, scaling: minTwo }), replicas: [ready("a"), starting("b")] },
      "",
    ],
    ["a replica that starts is waited for, woken or not", { row: first, replicas: [starting("a")] }, ""],
    [
      "from zero under backlog all that are needed start at once",
      { row: row({ scaling: { targetPendingRequests: 10 } }), facts: facts({ waiting: 25 }) },
      "start 1, start 1, start 1",
    ],
    [
      "and no more than there may be",
      { row: row({ scaling: { targetPendingRequests: 1 } }), facts: facts({ waiting: 10_000 }) },
      "start 1, start 1, start 1",
    ],
    [
      "who has woken it and waits is one, not two",
      {
        row: row({ scaling: { targetPendingRequests: 1 } }),
        facts: facts({ waiting: 1, isWoken: true }),
      },
      "start 1",
    ],
    [
      "fewer: who starts goes first, at once; who has least to do next, when it has answered",
      {
        replicas: [ready("a", { inFlight: 1 }), ready("b"), starting("c")],
        facts: busy,
      },
      "stop c, drain b",
    ],
    [
      "one that does not answer its health check ends its requests all the same",
      {
        replicas: [
          ready("a", { inFlight: 1 }),
          starting("b", { unhealthySince: now - 1_000, readyAt: now - minute, inFlight: 2 }),
        ],
        facts: busy,
      },
      "drain b",
    ],
    [
      "a drained one is not stopped while requests are in flight",
      {
        replicas: [ready("a", { inFlight: 1 }), ready("b", { inFlight: 1, drainingSince: now - minute })],
        facts: busy,
      },
      "",
    ],
    [
      "but for fifteen minutes at most",
      {
        replicas: [
          ready("a", { inFlight: 1 }),
          ready("b", { inFlight: 1, drainingSince: now - 15 * minute }),
        ],
        facts: busy,
      },
      "stop b",
    ],
    [
      "or for as long as one attempt at a job may take",
      {
        row: row({ queue: { ...defaultQueueRules, executionTimeoutSeconds: 3600 } }),
        replicas: [
          ready("a", { inFlight: 1 }),
          ready("b", { inFlight: 1, drainingSince: now - 59 * minute }),
          ready("c", { inFlight: 1, drainingSince: now - 60 * minute }),
        ],
        facts: busy,
      },
      "stop c",
    ],
    [
      "also where a roll-out or a pause has drained it",
      {
        row: row({ isPaused: true, queue: { ...defaultQueueRules, executionTimeoutSeconds: 3600 } }),
        replicas: [ready("a", { inFlight: 1, drainingSince: now - 59 * minute })],
        facts: busy,
      },
      "",
    ],
    [
      "one that has work does not go while one that has none can",
      {
        replicas: [
          starting("a", { unhealthySince: now - 1_000, readyAt: now - minute, inFlight: 1 }),
          ready("b"),
        ],
        facts: busy,
      },
      "drain b",
    ],
    [
      "a drained one is stopped when it has nothing to do",
      { replicas: [ready("a"), ready("b", { drainingSince: now - 2_000 })], facts: busy },
      "stop b",
    ],
    [
      "but not in the moment in which a request may be on its way to it",
      { replicas: [ready("a"), ready("b", { drainingSince: now })], facts: busy },
      "",
    ],
    [
      "a drained one is kept when it is needed again, also when it has nothing to do",
      {
        replicas: [
          ready("a"),
          ready("b", { inFlight: 1, drainingSince: now - minute }),
          ready("c", { drainingSince: now - minute }),
        ],
        row: row({ scaling: { targetPendingRequests: 1 } }),
        facts: facts({ inFlight: 1, waiting: 2, lastActiveAt: now }),
      },
      "keep b, keep c",
    ],
    [
      "one that does not answer for five minutes is replaced",
      {
        replicas: [starting("a", { unhealthySince: now - 5 * minute, readyAt: now - 20 * minute })],
        facts: busy,
      },
      "stop a, start 1",
    ],
    [
      "of those that have ended the last five are kept",
      {
        replicas: ["a", "b", "c", "d", "e", "f"].map((id, index) =>
          stopped(id, { endedAt: now - index * minute }),
        ),
      },
      "forget f",
    ],
    [
      "paused: nothing starts, and what is there drains",
      {
        row: row({ isPaused: true, scaling: minTwo }),
        replicas: [ready("a", { inFlight: 1 }), starting("b")],
        facts: facts({ waiting: 9 }),
      },
      "drain a, stop b",
    ],
    [
      "paused: what is deployed waits for nobody",
      { row: row({ isPaused: true, nextDeployment: 2 }), replicas: [ready("a", { drainingSince: now })] },
      "COMPLETED 2",
    ],
    [
      "deleted: everything stops",
      { row: row({ isDeleted: true }), replicas: [ready("a", { inFlight: 1 }), starting("b")] },
      "stop a, stop b",
    ],
    [
      "deleted: it is not gone before they are",
      { row: row({ isDeleted: true }), replicas: [ready("a", { phase: "stopping" }), stopped("b")] },
      "",
    ],
    [
      "deleted: it goes with the last of them",
      { row: row({ isDeleted: true }), replicas: [stopped("a")] },
      "remove",
    ],
  ])("%s", (_, given, steps) => {
    expect(brief(plan(given))).toBe(steps);
  });
});

describe("a roll-out", () => {
  test.each<[string, Case, string]>([
    [
      "starts the new before draining the old",
      { row: rolling, replicas: [ready("a", { inFlight: 1 })], facts: busy },
      "start 2",
    ],
    [
      "waits until the new is ready",
      { row: rolling, replicas: [ready("a"), next("b", { phase: "starting" })], facts: busy },
      "",
    ],
    ["is over when it is", { row: rolling, replicas: [ready("a"), next("b")], facts: busy }, "COMPLETED 2"],
    [
      "then the old drain",
      { row: row({ currentDeployment: 2 }), replicas: [ready("a"), next("b")], facts: busy },
      "drain a",
    ],
    [
      "leaves the old one as it was when the new fails",
      { row: rolling, replicas: [ready("a"), failed("b", { deployment: 2 })], facts: busy },
      "FAILED 2",
    ],
    [
      "and stops what else of the new there is",
      {
        row: rolling,
        replicas: [ready("a"), failed("b", { deployment: 2 }), next("c", { phase: "starting" })],
        facts: busy,
      },
      "FAILED 2, stop c",
    ],
    [
      "fails when the new does not answer any more",
      {
        row: rolling,
        replicas: [ready("a"), next("b", { phase: "starting", unhealthySince: now - 5 * minute })],
        facts: busy,
      },
      "FAILED 2, stop b",
    ],
    [
      "fails when no place takes the new",
      {
        row: rolling,
        replicas: [ready("a")],
        facts: facts({
          lastActiveAt: now,
          failures: new Map([[2, refusal("here: no such model")]]),
        }),
      },
      "FAILED 2",
    ],
    [
      "that another took the place of leaves nothing behind",
      {
        row: row({ nextDeployment: 3 }),
        replicas: [
          ready("a"),
          next("b", { phase: "starting" }),
          next("c", { inFlight: 1 }),
          ready("d", { deployment: 3 }),
        ],
        facts: busy,
      },
      "stop b, drain c, COMPLETED 3",
    ],
    [
      "of what waits with no replica at all proves itself first, also while starts of the old fail",
      {
        row: rolling,
        replicas: [failed("a", { endedAt: now - 100 })],
        facts: facts({ waiting: 3, lastActiveAt: now }),
      },
      "start 2",
    ],
    ["that nobody waits for is there at once", { row: rolling }, "COMPLETED 2"],
    [
      "keeps as many of the old as there are to be",
      {
        row: row({ nextDeployment: 2, scaling: minTwo }),
        replicas: [ready("a"), next("b"), next("c", { phase: "starting" })],
        facts: busy,
      },
      "start 1",
    ],
  ])("%s", (_, given, steps) => {
    expect(brief(plan(given))).toBe(steps);
  });
});

describe("starts that fail", () => {
  const asked = facts({ waiting: 5, lastActiveAt: now });

  test("are tried again later, and say so with the reason", () => {
    const planned = plan({ replicas: [failed("a")], facts: asked });
    expect(brief(planned)).toBe("");
    expect(planned).toMatchObject({ trouble: { kind: "failing", count: 1 }, isMet: false });
    expect(planned.reason).toMatch(/1 start failed in a row: the next is tried in 9 seconds .*exit code 1/);
  });

  test("then one tells whether it works again", () => {
    const planned = plan({
      row: row({ scaling: { targetPendingRequests: 1 } }),
      replicas: [failed("a", { endedAt: now - 11_000, createdAt: now - 12_000 })],
      facts: asked,
    });
    expect(brief(planned)).toBe("start 1");
  });

  test("refused by every place count as well", () => {
    const failures = new Map([[1, refusal("here: no such model")]]);
    const planned = plan({ facts: { ...asked, failures } });
    expect(brief(planned)).toBe("");
    expect(planned.reason).toContain("here: no such model");
  });

  test("are forgotten when one has started well, also when that has ended since", () => {
    const planned = plan({
      replicas: [
        failed("a", { createdAt: now - 30 * minute, endedAt: now - 29 * minute }),
        stopped("b", { createdAt: now - 20 * minute, readyAt: now - 19 * minute }),
      ],
      facts: asked,
    });
    expect(planned.trouble).toBeNull();
  });

  test("one that took long to load and died of its first request has not started well", () => {
    const short = failed("a", {
      createdAt: now - 10 * minute,
      readyAt: now - 2_000,
      endedAt: now - 1_000,
    });
    expect(plan({ replicas: [short], facts: asked }).trouble).not.toBeNull();
    const long = { ...short, readyAt: now - 2 * minute };
    expect(plan({ replicas: [long], facts: asked }).trouble).toBeNull();
  });

  test("trouble nobody, once no more are wanted than are ready", () => {
    const failures = new Map([[1, refusal("here: no such model")]]);
    expect(plan({ facts: facts({ failures }) })).toMatchObject({
      isMet: true,
      trouble: null,
      reason: "nothing to do",
    });
    expect(plan({ facts: { ...asked, failures } })).toMatchObject({
      isMet: false,
      trouble: { kind: "failing" },
    });
  });

  test("and have their pause all the same, but nothing else of the row, when more are wanted again", () => {
    const wanted = { row: row({ scaling: { targetPendingRequests: 1 } }) };
    const known = (failedAt: number) => {
      const last = { begunAt: failedAt - 1, failedAt, reason: "here: no such model", isRefusal: true };
      return { ...asked, failures: new Map([[1, { count: 2, last, isMet: true }]]) };
    };
    expect(brief(plan({ ...wanted, facts: known(now - 19_000) }))).toBe("");
    expect(brief(plan({ ...wanted, facts: known(now - 20_000) }))).toBe("start 1, start 1, start 1");
  });
});

const noRoomForNext = (at: number) => ({
  lackOfRoom: new Map([[2, { at, profiles: ["here"], reason: "here: 9000 MiB needed" }]]),
  shortOfRoom: new Set([2]),
});

describe("a roll-out where memory holds the old or the new", () => {
  const short = { ...busy, ...noRoomForNext(now - 1_000) };
  const made = { ...busy, shortOfRoom: new Set([2]) };
  const two = row({ nextDeployment: 2, scaling: { targetPendingRequests: 1 } });
  const twoBusy = { ...short, inFlight: 2 };

  test.each<[string, Case, string]>([
    ["makes room first", { row: rolling, replicas: [ready("a", { inFlight: 1 })], facts: short }, "drain a"],
    [
      "waits until there is room",
      { row: rolling, replicas: [ready("a", { inFlight: 1, drainingSince: now - 500 })], facts: short },
      "",
    ],
    [
      "then tries it again",
      {
        row: rolling,
        replicas: [stopped("a", { endedAt: now })],
        facts: { ...short, ...noRoomForNext(now - 10_000), inFlight: 0, waiting: 1 },
      },
      "start 2",
    ],
    [
      "also where nobody calls just now",
      {
        row: rolling,
        replicas: [stopped("a", { endedAt: now })],
        facts: { ...short, ...noRoomForNext(now - 10_000), inFlight: 0 },
      },
      "start 2",
    ],
    [
      "starts no old one again meanwhile",
      {
        row: rolling,
        replicas: [stopped("a"), next("b", { phase: "starting", readyAt: null })],
        facts: { ...made, inFlight: 0, waiting: 1 },
      },
      "",
    ],
    [
      "is over when it is there",
      { row: rolling, replicas: [stopped("a"), next("b")], facts: made },
      "COMPLETED 2",
    ],
    [
      "starts the old one again where the new one fails",
      {
        row: rolling,
        replicas: [stopped("a"), failed("b", { deployment: 2 })],
        facts: { ...made, inFlight: 0, waiting: 1 },
      },
      "FAILED 2, start 1",
    ],
    [
      "and where there is no room for it even so",
      {
        row: rolling,
        replicas: [stopped("a", { endedAt: now - 2_000 })],
        facts: { ...short, inFlight: 0, waiting: 1 },
      },
      "FAILED 2, start 1",
    ],
    [
      "makes room for one after the other",
      { row: two, replicas: [ready("a", { inFlight: 1 }), ready("b", { inFlight: 1 })], facts: twoBusy },
      "drain a",
    ],
    [
      "which are there before the next goes",
      {
        row: two,
        replicas: [
          ready("a", { inFlight: 1 }),
          stopped("b"),
          next("c", { phase: "starting", readyAt: null }),
        ],
        facts: { ...made, inFlight: 1, waiting: 1 },
      },
      "",
    ],
    [
      "is what it is from the beginning where that was said",
      {
        row: row({ nextDeployment: 2, scaling: { rollout: "replace" } }),
        replicas: [ready("a", { inFlight: 1 })],
        facts: busy,
      },
      "drain a",
    ],
  ])("%s", (_, given, steps) => {
    expect(brief(plan(given))).toBe(steps);
  });
});

describe("a roll-out to several profiles", () => {
  const places = { ...busy, profilesOf: () => ["here", "della"] };
  const broken = failed("b", { deployment: 2 });

  test("goes on on the next where it has failed on one", () => {
    const { steps } = plan({ row: rolling, replicas: [ready("a"), broken], facts: places });
    expect(steps).toEqual([{ kind: "start", deployment: 2, except: new Set(["here"]) }]);
  });

  test("has failed when it has on all, and says what each has", () => {
    const elsewhere = failed("c", { deployment: 2, profile: "della", failure: "exit code 2" });
    const { steps } = plan({ row: rolling, replicas: [ready("a"), broken, elsewhere], facts: places });
    expect(steps).toEqual([
      { kind: "conclude", deployment: 2, status: "FAILED", reason: "here: exit code 1; della: exit code 2" },
    ]);
  });

  test("has failed when the others refuse it", () => {
    const refused = { ...places, failures: new Map([[2, refusal("della: no such partition")]]) };
    const { steps } = plan({ row: rolling, replicas: [ready("a"), broken], facts: refused });
    expect(steps).toMatchObject([
      { status: "FAILED", reason: "here: exit code 1; della: no such partition" },
    ]);
  });
});

describe("a lack of room", () => {
  const lack = (at: number) => new Map([[1, { at, profiles: ["here"], reason: "here: 9000 MiB needed" }]]);
  const wanted = {
    row: row({ scaling: { targetPendingRequests: 1 } }),
    replicas: [ready("a", { inFlight: 1 })],
  };

  test("caps the wish, is told, and is no failed start", () => {
    const planned = plan({
      ...wanted,
      facts: facts({ inFlight: 1, waiting: 4, lackOfRoom: lack(now - 1_000) }),
    });
    expect(brief(planned)).toBe("");
    expect(planned).toMatchObject({ wanted: 1, trouble: { kind: "full", reason: "here: 9000 MiB needed" } });
    expect(planned.reason).toBe(
      "5 requests pending, 1 for each; 3 at most; there is no room for another: here: 9000 MiB needed",
    );
  });

  test("is looked into again a little later, for all that are wanted", () => {
    const planned = plan({
      ...wanted,
      facts: facts({ inFlight: 1, waiting: 4, lackOfRoom: lack(now - 10_000) }),
    });
    expect(brief(planned)).toBe("start 1, start 1");
  });

  test("is the end of a roll-out where the old ones are to stay, or are elsewhere", () => {
    const seen = { ...busy, ...noRoomForNext(now) };
    const kept = row({ nextDeployment: 2, scaling: { rollout: "surge" } });
    expect(brief(plan({ row: kept, replicas: [ready("a")], facts: seen }))).toBe("FAILED 2");
    const elsewhere = [ready("a", { profile: "della" })];
    expect(brief(plan({ row: rolling, replicas: elsewhere, facts: seen }))).toBe("FAILED 2");
  });
});

describe("a replica that waits for its turn", () => {
  const queued = (id: string, ms: number, given: Partial<Replica> = {}): Replica =>
    starting(id, { profile: "della", createdAt: now - ms, waitingSince: now - ms, ...given });
  const places = { profilesOf: () => ["della", "here"] };
  const waits = facts({ waiting: 1, lastActiveAt: now, ...places });
  const beside = row({ nextDeployment: 2, scaling: { rollout: "surge" } });
  const served = facts({ inFlight: 1, lastActiveAt: now, ...places });

  test.each<[string, Case, string]>([
    ["is waited for at first", { replicas: [queued("a", minute)], facts: waits }, ""],
    [
      "for long, has one started in its stead",
      { replicas: [queued("a", 2 * minute)], facts: waits },
      "start 1",
    ],
    [
      "for as long as it was said",
      { row: row({ scaling: { overflowSeconds: 600 } }), replicas: [queued("a", 2 * minute)], facts: waits },
      "",
    ],
    [
      "is not counted beside the one that starts now",
      { replicas: [queued("a", 2 * minute), starting("b")], facts: waits },
      "",
    ],
    [
      "goes when another is ready",
      { replicas: [queued("a", 2 * minute), ready("b", { inFlight: 1 })], facts: served },
      "stop a",
    ],
    [
      "stays while more were needed of late than are ready",
      {
        replicas: [queued("a", 2 * minute), ready("b", { inFlight: 1 })],
        facts: served,
        demands: [{ at: now - minute, replicas: 2 }],
      },
      "",
    ],
    [
      "that nobody has asked for of late goes",
      { replicas: [queued("a", 2 * minute)], facts: facts(places) },
      "stop a",
    ],
    [
      "where there is no other place goes on waiting",
      { replicas: [queued("a", 2 * minute)], facts: { ...waits, profilesOf: () => ["della"] } },
      "",
    ],
    [
      "like those in all other places has none started",
      { replicas: [queued("a", 2 * minute), queued("b", 2 * minute, { profile: "here" })], facts: waits },
      "",
    ],
    [
      "holds up no roll-out, either",
      { row: rolling, replicas: [ready("a"), queued("b", 2 * minute, { deployment: 2 })], facts: served },
      "start 2",
    ],
    [
      "holds up no old one that makes room in another place, either",
      {
        row: rolling,
        replicas: [ready("a"), queued("b", 2 * minute, { deployment: 2 })],
        facts: { ...served, ...noRoomForNext(now - 1_000) },
      },
      "drain a",
    ],
    [
      "fails no roll-out where no other place has room, as long as others answer",
      {
        row: beside,
        replicas: [ready("a"), queued("b", 2 * minute, { deployment: 2 })],
        facts: { ...served, ...noRoomForNext(now - 1_000) },
      },
      "",
    ],
    [
      "but one where nobody does",
      {
        row: beside,
        replicas: [queued("b", 2 * minute, { deployment: 2 })],
        facts: { ...waits, ...noRoomForNext(now - 1_000) },
      },
      "FAILED 2, stop b, start 1",
    ],
  ])("%s", (_, given, steps) => {
    expect(brief(plan(given))).toBe(steps);
  });

  test("is where nothing more is started", () => {
    const [step] = plan({ replicas: [queued("a", 2 * minute)], facts: waits }).steps;
    expect(step).toEqual({ kind: "start", deployment: 1, except: new Set(["della"]) });
  });
});
