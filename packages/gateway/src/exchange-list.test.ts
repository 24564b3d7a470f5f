import { expect, test } from "vitest";
import type { Exchange } from "./exchange.ts";
import { ExchangeList } from "./exchange-list.ts";

function listOf(count: number) {
  const list = new ExchangeList();
  const all = Array.from({ length: count }, () => ({ place: -1 }) as Exchange);
  for (const one of all) list.add(one);
  const seen = (): Set<Exchange> => {
    const found = new Set<Exchange>();
    list.forEach((one) => found.add(one));
    return found;
  };
  return { list, all, seen };
}

test.each([0, 1, 3])("without the one at %i, the others are there", (at) => {
  const { list, all, seen } = listOf(4);
  list.delete(all[at]!);
  expect(list.size).toBe(3);
  expect(seen()).toEqual(new Set(all.toSpliced(at, 1)));
});

test.each([0, 2, 3])("who stays is looked at, also when the look takes the one at %i away", (gone) => {
  const { list, all } = listOf(4);
  const looked = new Set<Exchange>();
  let isGone = false;
  list.forEach((one) => {
    looked.add(one);
    if (!isGone) list.delete(all[gone]!);
    isGone = true;
  });
  for (const one of all.toSpliced(gone, 1)) expect(looked).toContain(one);
});

test("all that were added can go", () => {
  const { list, all } = listOf(5);
  for (const one of all) list.delete(one);
  expect(list.size).toBe(0);
});
