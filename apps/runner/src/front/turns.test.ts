import { expect, test } from "vitest";
import { Turns, type Turn } from "./turns.ts";

/** Takes turns by name, and tells whose have begun. */
function line() {
  const turns = new Turns();
  const begun: string[] = [];
  const take = (name: string, most: number): Turn => turns.take(most, () => begun.push(name));
  return { begun, take };
}

test("so many are in at once, and the others follow in the order they came", () => {
  const { begun, take } = line();
  const [a, b] = ["a", "b", "c", "d"].map((name) => take(name, 2));
  expect(begun).toEqual(["a", "b"]);
  b?.over();
  expect(begun).toEqual(["a", "b", "c"]);
  a?.over();
  expect(begun).toEqual(["a", "b", "c", "d"]);
});

test("who leaves while he waits takes nobody's turn", () => {
  const { begun, take } = line();
  const [a, b] = ["a", "b", "c"].map((name) => take(name, 1));
  b?.over();
  expect(begun).toEqual(["a"]);
  a?.over();
  expect(begun).toEqual(["a", "c"]);
});

test("who is over twice counts once", () => {
  const { begun, take } = line();
  const [a] = ["a", "b", "c"].map((name) => take(name, 1));
  a?.over();
  a?.over();
  expect(begun).toEqual(["a", "b"]);
});

test("more at once lets those in who wait, fewer sends nobody out", () => {
  const { begun, take } = line();
  const [a, b] = ["a", "b"].map((name) => take(name, 1));
  take("c", 3);
  expect(begun).toEqual(["a", "b", "c"]);
  take("d", 1);
  a?.over();
  b?.over();
  expect(begun).toEqual(["a", "b", "c"]);
});

test("without a bound nobody waits", () => {
  const { begun, take } = line();
  for (const name of ["a", "b", "c"]) take(name, Infinity);
  expect(begun).toEqual(["a", "b", "c"]);
});
