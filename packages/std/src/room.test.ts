import { expect, test } from "vitest";
import { Room } from "./room.ts";

test("there is room for so much of all, and for so much of one", () => {
  const room = new Room({ mostBytes: 10, mostOfOne: 6 });
  const first = room.take(6, "ada");
  expect(first).toBeDefined();
  expect(room.take(1, "ada")).toBeUndefined();
  expect(room.take(5, "bob")).toBeUndefined();
  expect(room.take(4, "bob")).toBeDefined();
  expect(room.take(1, "eve")).toBeUndefined();
  first?.[Symbol.dispose]();
  first?.[Symbol.dispose]();
  expect(room.take(6, "ada")).toBeDefined();
  expect(room.take(1, "eve")).toBeUndefined();
});
