import type { Scaling } from "@berth/api";
import { describe, expect, test } from "vitest";
import { SimulatedEndpoint, type Look } from "../testing/simulate-replicas.ts";

interface Given {
  readonly memory: number;
  /** What one replica of the old deployment needs, and of the new one. */
  readonly sizes: readonly [number, number];
  readonly scaling?: Partial<Scaling>;
  /** Requests, and from that look of the roll-out on. */
  readonly load?: number;
  readonly later?: { readonly at: number; readonly load: number };
  /** Until that look of the roll-out the model is on its way. */
  readonly comesAt?: number;
}

interface RolledOut {
  /** The fewest that could answer at any look. */
  readonly fewest: number;
  readonly end: string | undefined;
  /** Old ones that were started meanwhile. */
  readonly startedOld: number;
  readonly looks: readonly Look[];
}

const full = "there is no room for another: here: it is full";

function rollOut({ memory, sizes: [old, next], scaling, load = 0, later, comesAt }: Given): RolledOut {
  const endpoint = new SimulatedEndpoint({ scaledownPeriodSeconds: 86_400, ...scaling }, memory);
  endpoint.happen({ kind: "deploy", isBroken: false, size: old });
  endpoint.happen({ kind: "wake" });
  endpoint.happen({ kind: "load", requests: load });
  for (let look = 0; look < 20; look += 1) endpoint.look();
  endpoint.happen({ kind: "deploy", isBroken: false, size: next });
  if (comesAt !== undefined) endpoint.happen({ kind: "download", isOver: false });
  const looks: Look[] = [];
  while (endpoint.row.nextDeployment !== null && looks.length < 1_000) {
    if (looks.length === comesAt) endpoint.happen({ kind: "download", isOver: true });
    if (looks.length === later?.at) endpoint.happen({ kind: "load", requests: later.load });
    looks.push(endpoint.look());
  }
  const steps = looks.flatMap(({ plan }) => plan.steps);
  const end = steps.find((step) => step.kind === "conclude");
  return {
    fewest: Math.min(...looks.map(readyIn)),
    end: end === undefined ? undefined : `${end.status}: ${end.reason}`,
    startedOld: steps.filter((step) => step.kind === "start" && step.deployment === 1).length,
    looks,
  };
}

function readyIn({ replicas }: Look): number {
  return replicas.filter(({ phase, drainingSince }) => phase === "ready" && drainingSince === null).length;
}

describe.each(["auto", "replace"] as const)(
  "a roll-out (%s) where memory holds no more than there are",
  (rollout) => {
    test.each([2, 3])("takes one of %i at a time, and all are there at its end", (min) => {
      const scaling = { min, max: min, rollout };
      expect(rollOut({ memory: 4 * min, sizes: [4, 4], scaling })).toMatchObject({
        fewest: min - 1,
        end: `COMPLETED: ${min} of ${min} replicas are ready`,
        startedOld: 0,
      });
    });

    test("has as many old ones go as one new one needs the place of, and as many are there as fit", () => {
      const { end, startedOld } = rollOut({
        memory: 10,
        sizes: [4, 9],
        scaling: { min: 2, max: 2, rollout },
      });
      expect([end, startedOld]).toEqual([`COMPLETED: 1 of 2 replicas are ready; ${full}`, 0]);
    });

    test("is over when as many are there as fit: the last old one does not come back for the others", () => {
      expect(rollOut({ memory: 10, sizes: [4, 6], scaling: { min: 2, max: 2, rollout } })).toMatchObject({
        fewest: 1,
        end: `COMPLETED: 1 of 2 replicas are ready; ${full}`,
      });
    });

    test("has somebody to answer also where more are needed than fit", () => {
      expect(
        rollOut({ memory: 8, sizes: [4, 4], scaling: { max: 4, rollout }, later: { at: 0, load: 250 } }),
      ).toMatchObject({ fewest: 1, end: expect.stringContaining(`2 of 3 replicas are ready; ${full}`) });
    });
  },
);

describe("a roll-out", () => {
  const inPlace = { max: 3, rollout: "replace" } as const;

  test("in the place of the old starts no old one, whatever comes meanwhile", () => {
    const { fewest, startedOld, end } = rollOut({
      memory: 100,
      sizes: [4, 4],
      scaling: inPlace,
      load: 1,
      later: { at: 0, load: 250 },
    });
    expect([fewest, startedOld]).toEqual([1, 0]);
    expect(end).toMatch(/^COMPLETED/);
  });

  test("in the place of the old lets the last old one be while the new one starts, when fewer are needed", () => {
    const { fewest, end } = rollOut({
      memory: 8,
      sizes: [4, 4],
      scaling: { ...inPlace, targetPendingRequests: 1, scaledownPeriodSeconds: 1 },
      load: 2,
      later: { at: 4, load: 1 },
    });
    expect(end).toMatch(/^COMPLETED/);
    expect(fewest).toBe(1);
  });

  test("whose model is on its way gives the old ones their places back, and more where more are needed", () => {
    const { looks, end } = rollOut({
      memory: 100,
      sizes: [4, 4],
      scaling: inPlace,
      load: 1,
      later: { at: 20, load: 250 },
      comesAt: 40,
    });
    expect(looks[39] && readyIn(looks[39])).toBe(3);
    expect(end).toBe("COMPLETED: 3 of 3 replicas are ready");
  });

  test("beside the old is over when as many are there as before, and fails where fewer fit", () => {
    const beside = { rollout: "surge" } as const;
    expect(rollOut({ memory: 12, sizes: [4, 4], scaling: { ...beside, min: 2, max: 2 } }).end).toBe(
      "FAILED: here: it is full",
    );
    expect(
      rollOut({ memory: 8, sizes: [4, 4], scaling: { ...beside, max: 4 }, later: { at: 0, load: 250 } }),
    ).toMatchObject({ fewest: 1, end: expect.stringMatching(/^COMPLETED/) });
  });
});
