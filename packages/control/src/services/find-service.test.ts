import { describe, expect, test } from "vitest";
import { serviceRow } from "../testing/service-row.ts";
import { findService } from "./find-service.ts";

const rows = [
  serviceRow({ id: "abc111", name: "heron", status: "STOPPED" }),
  serviceRow({ id: "abc222", name: "heron", status: "HEALTHY" }),
  serviceRow({ id: "def333", name: "gull", status: "FAILED" }),
  serviceRow({ id: "def444", name: "gull", status: "STOPPED" }),
  serviceRow({ id: "eee555", name: "abc", status: "STOPPED" }),
];

describe("a service is found", () => {
  test.each([
    ["by its id", "abc111", "abc111"],
    ["by the start of its id", "abc1", "abc111"],
    ["by its name, the live one before the ended one", "heron", "abc222"],
    ["by its name rather than by the start of another's id", "abc", "eee555"],
  ])("%s", (_fact, named, id) => {
    expect(findService(rows, named).service.id).toBe(id);
  });
});

describe("a service is not found", () => {
  // one row, one line
  // oxfmt-ignore
  test.each([
    ["by what two ids start with", "def", "conflict", "2 services have an id that starts with def: def333 (gull, FAILED), def444 (gull, STOPPED); give one id"],
    ["by the name of two ended ones", "gull", "conflict", "2 ended services have the name gull: def333 (gull, FAILED), def444 (gull, STOPPED); give one id"],
    ["by one letter", "e", "not_found", 'there is no service e; "berth ls --all" shows those there are'],
    ["by a slip of the finger, which is told", "hero", "not_found", "there is no service hero; near: heron"],
  ])("%s", (_fact, named, code, message) => {
    expect(() => findService(rows, named)).toThrow(expect.objectContaining({ code, message }) as Error);
  });
});
