import { expect, test } from "vitest";
import { mapAtOnce } from "./map-at-once.ts";

test("results stand in order, and no more than so many go on at once", async () => {
  let going = 0;
  let most = 0;
  const items = Array.from({ length: 50 }, (_, index) => index);
  const doubled = await mapAtOnce(items, 4, async (item) => {
    going += 1;
    most = Math.max(most, going);
    for (let turn = 0; turn < item % 5; turn += 1) await Promise.resolve();
    going -= 1;
    return item * 2;
  });
  expect(doubled).toEqual(items.map((item) => item * 2));
  expect(most).toBe(4);
  expect(await mapAtOnce([], 4, async (item) => item)).toEqual([]);
});

test("the first failure is the caller's", async () => {
  const work = async (item: number): Promise<number> => {
    if (item === 2) throw new Error("two");
    return item;
  };
  await expect(mapAtOnce([1, 2, 3], 2, work)).rejects.toThrow("two");
});
