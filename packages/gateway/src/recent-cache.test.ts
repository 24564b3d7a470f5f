import { expect, test } from "vitest";
import { RecentCache } from "./recent-cache.ts";

test("what is asked for again is made once, however much else is asked for in between", () => {
  const cache = new RecentCache<string>(10);
  const made: string[] = [];
  const make = (key: string): string => {
    made.push(key);
    return key.toUpperCase();
  };
  for (let count = 0; count < 1_000; count += 1) {
    expect(cache.get("kept", make)).toBe("KEPT");
    cache.get(`passing-${count}`, make);
  }
  expect(made.filter((key) => key === "kept")).toHaveLength(1);
});

test("what is long not asked for is forgotten", () => {
  const cache = new RecentCache<number>(10);
  let made = 0;
  const make = (): number => (made += 1);
  cache.get("old", make);
  for (let count = 0; count < 30; count += 1) cache.get(`n${count}`, make);
  cache.get("old", make);
  expect(made).toBe(32);
});
