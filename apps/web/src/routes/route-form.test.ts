import { createModelRouteSchema, updateModelRouteSchema } from "@berth/api";
import { describe, expect, test } from "vitest";
import { modelRoute } from "../../mock/seed-routes.ts";
import {
  blankRouteForm,
  moved,
  routeChange,
  routeForm,
  routeSpec,
  withTarget,
  without,
  type TargetRow,
} from "./route-form.ts";

const row = (id: string, group: number): TargetRow => ({ id, model: id, weight: "", group });
const drawn = (targets: readonly TargetRow[]): string =>
  targets.map(({ id, group }) => `${id}${group}`).join(" ");

test("what was left empty is the server's own choice", () => {
  const form = { ...blankRouteForm, name: " chat ", targets: [row("pilot", 0)] };
  expect(createModelRouteSchema.parse(routeSpec(form))).toEqual({
    name: "chat",
    match: "exact",
    strategy: "least-outstanding",
    targets: [{ model: "pilot", group: 0 }],
  });
});

test("a field that was emptied takes its value away", () => {
  const before = routeForm(modelRoute(0, { firstTokenSeconds: 20, cache: { ttlSeconds: 90, which: "all" } }));
  expect(before).toMatchObject({ firstTokenSeconds: "20", caches: "all", cacheMinutes: "1.5" });
  const change = routeChange({ ...before, firstTokenSeconds: "", caches: "no" });
  expect(updateModelRouteSchema.parse(change)).toMatchObject({ firstTokenSeconds: null, cache: null });
});

test("a route's form gives the route again", () => {
  const route = modelRoute(0, {
    strategy: "weighted",
    targets: [
      { model: "a/b", weight: 2.5, group: 3, status: "ready", reason: null },
      { model: "c", weight: 1, group: 0, status: "ready", reason: null },
    ],
    cache: { ttlSeconds: 3600, which: "deterministic" },
    logBodies: true,
  });
  expect(createModelRouteSchema.parse(routeSpec(routeForm(route)))).toEqual({
    name: "chat",
    match: "exact",
    strategy: "weighted",
    targets: [
      { model: "c", group: 0 },
      { model: "a/b", weight: 2.5, group: 1 },
    ],
    retries: 1,
    cache: { ttlSeconds: 3600, which: "deterministic" },
    logBodies: true,
  });
});

describe("targets", () => {
  test.each([
    ["out of a shared group, behind it", [row("a", 0), row("b", 0)], "a", 1, "b0 a1"],
    ["out of a shared group, before it", [row("a", 0), row("b", 0)], "b", -1, "b0 a1"],
    ["alone, into the group before", [row("a", 0), row("b", 1)], "b", -1, "a0 b0"],
    ["alone, into the group behind", [row("a", 0), row("b", 1), row("c", 2)], "a", 1, "a0 b0 c1"],
    ["between two groups", [row("a", 0), row("b", 0), row("c", 1)], "a", 1, "b0 a1 c2"],
    ["alone and first, no further up", [row("a", 0), row("b", 1)], "a", -1, "a0 b1"],
    ["alone and last, no further down", [row("a", 0), row("b", 1)], "b", 1, "a0 b1"],
  ] as const)("%s", (_, targets, id, by, after) => {
    expect(drawn(moved(targets, id, by))).toBe(after);
  });

  test("a group that is emptied closes up", () => {
    expect(drawn(without([row("a", 0), row("b", 1), row("c", 2)], "b"))).toBe("a0 c1");
  });

  test("a new one joins the last group, with priority its own", () => {
    const form = { ...blankRouteForm, targets: [row("a", 0)] };
    expect(drawn(withTarget(form, "b", "b"))).toBe("a0 b0");
    expect(drawn(withTarget({ ...form, strategy: "priority" }, "b", "b"))).toBe("a0 b1");
  });
});
