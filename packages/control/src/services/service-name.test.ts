import { nameSchema } from "@berth/api";
import { expect, test } from "vitest";
import { newServiceName } from "./service-name.ts";

test("is an adjective and a bird, and a name that profiles and shells take", () => {
  for (let i = 0; i < 200; i += 1) {
    const name = newServiceName(new Set(), Math.random);
    expect(name).toMatch(/^[a-z]+-[a-z]+$/);
    expect(nameSchema.safeParse(name).success).toBe(true);
  }
});

test("is none of those that are taken", () => {
  const taken = new Set<string>();
  for (let i = 0; i < 2_000; i += 1) {
    const name = newServiceName(taken, Math.random);
    expect(taken.has(name)).toBe(false);
    taken.add(name);
  }
});

test("gets a number when chance gives the same again and again", () => {
  const taken = new Set(["amber-auk", "amber-auk-2"]);
  expect(newServiceName(taken, () => 0)).toBe("amber-auk-3");
});
