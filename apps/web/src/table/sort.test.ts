import { expect, test } from "vitest";
import { formatSort, nextSort, parseSort, sortRows } from "./sort.ts";

test("names with numbers sort as people count", () => {
  expect(sortRows(["gull-10", "gull-9", "Auk"], (name) => name, false)).toEqual(["Auk", "gull-9", "gull-10"]);
});

test.each([false, true])("rows without a value come last (descending %s)", (descending) => {
  expect(sortRows([null, 3, 1], (value) => value, descending).at(-1)).toBeNull();
});

test("equal rows keep their order, whichever way", () => {
  const rows = [
    { name: "a", size: 1 },
    { name: "b", size: 1 },
    { name: "c", size: 0 },
  ];
  const names = (descending: boolean): string[] =>
    sortRows(rows, (row) => row.size, descending).map((row) => row.name);
  expect(names(false)).toEqual(["c", "a", "b"]);
  expect(names(true)).toEqual(["a", "b", "c"]);
});

test("a second click turns the order around, another column starts upwards", () => {
  const once = nextSort({ column: "size", descending: true }, "name");
  expect(once).toEqual({ column: "name", descending: false });
  expect(nextSort(once, "name")).toEqual({ column: "name", descending: true });
});

test.each(["name", "-in-flight"])("%s survives the address", (text) => {
  expect(formatSort(parseSort(text))).toBe(text);
});
