import { describe, expect, test } from "vitest";
import { giveBack, makeSharedCount, OwnLoad, SharedLoad, type ProviderLoad } from "./provider-load.ts";

function sharedLoads(): readonly [SharedLoad, SharedLoad, Int32Array] {
  const count = makeSharedCount(2);
  const loads = [new SharedLoad(0), new SharedLoad(1)] as const;
  for (const load of loads) load.know("p", count);
  return [...loads, count];
}

describe.for<[string, () => ProviderLoad]>([
  ["of one thread", () => new OwnLoad()],
  ["of several", () => sharedLoads()[0]],
])("the load %s", ([, make]) => {
  test("goes to the bound and no further, and begins anew when something ends", () => {
    const load = make();
    expect([1, 2, 3].map(() => load.begin("p", 2))).toEqual([true, true, false]);
    load.end("p");
    expect([load.of("p"), load.begin("p", 2), load.of("p")]).toEqual([1, true, 2]);
  });

  test("has no bound where there is none", () => {
    const load = make();
    expect([1, 2, 3].map(() => load.begin("p", null))).toEqual([true, true, true]);
  });
});

test("a bound holds for all threads together", () => {
  const [one, other] = sharedLoads();
  expect([one.begin("p", 2), other.begin("p", 2), one.begin("p", 2), other.of("p")]).toEqual([
    true,
    true,
    false,
    2,
  ]);
});

test("what a thread that has died had under way is given back, and nothing of the others", () => {
  const [one, other, count] = sharedLoads();
  for (const load of [one, other, other]) load.begin("p", null);
  giveBack(count, 1);
  expect(one.of("p")).toBe(1);
});
