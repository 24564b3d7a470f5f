import type { NamedRoute } from "@berth/api";
import { describe, expect, test } from "vitest";
import { route, routed } from "../testing/provider-parts.ts";
import { serviceRow } from "../testing/service-row.ts";
import { planNames, type PlannedNames } from "./plan-names.ts";
import { planRoutes, type ServiceNames } from "./plan-routes.ts";

function services(
  ...given: { name: string; model: string | null; status?: "HEALTHY" | "FAILED" }[]
): ServiceNames {
  return planRoutes(
    given.map(({ status = "HEALTHY", ...service }, index) => ({
      row: serviceRow(
        { id: `id-${service.name}`, port: null, createdAt: index, status, ...service },
        { attempt: 1 },
      ),
      fact: undefined,
      expectedReadyAtMs: undefined,
    })),
  );
}

/** `group:who*weight`, in order. */
function leads(named: NamedRoute | undefined): string[] | undefined {
  return named?.upstreams.map(({ upstream, weight, group }) => {
    const who = upstream.kind === "service" ? upstream.name : upstream.id;
    return `${group}:${who}${weight === 1 ? "" : `*${weight}`}`;
  });
}

const at = (names: PlannedNames, name: string): string[] | undefined => leads(names.routes.get(name));

const lab = routed({ id: "pv1", name: "lab", models: [{ name: "llama", upstreamName: "meta/llama" }] });
const cloud = routed({ id: "pv2", name: "cloud", models: [{ name: "llama" }, { name: "gpt" }] });
const none = services();

describe("a provider's model", () => {
  test("is called by its name and by the provider's before it", () => {
    const names = planNames(none, [lab], []);
    expect([...names.routes.keys()].toSorted()).toEqual(["lab/llama", "llama"]);
    expect(names.routes.get("llama")?.upstreams[0]?.upstream).toMatchObject({
      kind: "provider",
      id: "lab/llama",
      name: "llama",
      model: "meta/llama",
      target: { provider: "lab", url: "http://gpu1:8000/v1" },
    });
  });

  test("that two have leads to whoever was there first, and to the other when that cannot answer", () => {
    const names = planNames(none, [lab, cloud], []);
    expect(at(names, "llama")).toEqual(["0:lab/llama", "1:cloud/llama"]);
    expect(at(names, "cloud/llama")).toEqual(["0:cloud/llama"]);
  });

  test("is never asked in place of a service of that name, be it ended", () => {
    for (const status of ["HEALTHY", "FAILED"] as const) {
      const names = planNames(services({ name: "mine", model: "llama", status }), [lab], []);
      expect(at(names, "llama")).toEqual(["0:mine"]);
      expect(at(names, "lab/llama")).toEqual(["0:lab/llama"]);
    }
  });

  test("that is called as another's whole name does not take that over", () => {
    const odd = routed({ id: "pv3", name: "odd", models: [{ name: "lab/llama" }] });
    const names = planNames(none, [odd, lab], []);
    expect(at(names, "lab/llama")).toEqual(["0:lab/llama"]);
    expect(at(names, "odd/lab/llama")).toEqual(["0:odd/lab/llama"]);
  });
});

describe("a configured route", () => {
  const pilot = services({ name: "pilot", model: "berth/pilot" }, { name: "second", model: "berth/pilot" });

  test.each<[string, Parameters<typeof route>[0], string[]]>([
    [
      "leads to a service, a model and a provider's model",
      { targets: [{ model: "pilot" }, { model: "gpt" }, { model: "lab/llama" }] },
      ["0:pilot", "0:cloud/gpt", "0:lab/llama"],
    ],
    [
      "shares a target's weight among those it leads to",
      {
        strategy: "weighted",
        targets: [
          { model: "berth/pilot", weight: 3 },
          { model: "gpt", weight: 2 },
        ],
      },
      ["0:pilot*1.5", "0:second*1.5", "0:cloud/gpt*2"],
    ],
    [
      "tries the targets of `priority` in turn",
      { strategy: "priority", targets: [{ model: "gpt" }, { model: "berth/pilot" }] },
      ["0:cloud/gpt", "1:pilot*0.5", "1:second*0.5"],
    ],
    [
      "tries lower groups first, however they are written",
      { targets: [{ model: "gpt", group: 2 }, { model: "pilot" }] },
      ["0:pilot", "2:cloud/gpt"],
    ],
    [
      "has nobody twice",
      { targets: [{ model: "pilot" }, { model: "berth/pilot" }] },
      ["0:pilot", "0:second*0.5"],
    ],
    ["passes over what is not there", { targets: [{ model: "nobody" }, { model: "gpt" }] }, ["0:cloud/gpt"]],
  ])("%s", (_fact, row, expected) => {
    expect(at(planNames(pilot, [lab, cloud], [route(row)]), "chat")).toEqual(expected);
  });

  test("goes before a service and a provider's model of its name, and may lead to them", () => {
    const names = planNames(
      services({ name: "llama", model: "x" }),
      [lab],
      [route({ name: "llama", strategy: "priority", targets: [{ model: "llama" }, { model: "lab/llama" }] })],
    );
    expect(at(names, "llama")).toEqual(["0:llama", "1:lab/llama"]);
  });

  test("does not lead to another route, so that nothing goes round in circles", () => {
    const names = planNames(
      none,
      [lab],
      [
        route({ name: "a", targets: [{ model: "b" }] }),
        route({ name: "b", targets: [{ model: "a" }, { model: "llama" }] }),
      ],
    );
    expect(at(names, "a")).toEqual([]);
    expect(at(names, "b")).toEqual(["0:lab/llama"]);
  });

  test("by a pattern is tried in the order they were made; the default takes the rest", () => {
    const names = planNames(
      none,
      [lab, cloud],
      [
        route({ name: "gpt-.*", match: "regex", targets: [{ model: "gpt" }] }),
        route({ name: ".*", match: "regex", targets: [{ model: "llama" }] }),
        route({ name: "rest", match: "default", targets: [{ model: "gpt" }] }),
      ],
    );
    expect(names.patterns.map(({ pattern, route: to }) => [pattern.test("gpt-4o"), leads(to)])).toEqual([
      [true, ["0:cloud/gpt"]],
      [true, ["0:lab/llama"]],
    ]);
    expect(leads(names.fallback)).toEqual(["0:cloud/gpt"]);
    expect(names.routes.has("rest")).toBe(false);
  });

  test("says its policy", () => {
    const names = planNames(
      none,
      [lab],
      [
        route({
          retries: 3,
          firstTokenSeconds: 2,
          cache: { ttlSeconds: 600, which: "all" },
          logBodies: true,
        }),
      ],
    );
    expect(names.routes.get("chat")?.policy).toEqual({
      route: "chat",
      strategy: "least-outstanding",
      retries: 3,
      firstTokenMs: 2_000,
      cache: { ttlMs: 600_000, which: "all" },
      logBodies: true,
    });
  });
});

test("the provider that takes any path is told", () => {
  expect(planNames(none, [lab], []).anyPath).toBeUndefined();
  const any = routed({ name: "any", anyPath: true });
  expect(planNames(none, [lab, any], []).anyPath).toBe(any.target);
});
