import { expect, test } from "vitest";
import { sampleService } from "../test/samples.ts";
import { matches, readFilter } from "./filter.ts";

const service = sampleService({ status: "FAILED", port: 8081, name: "brave-otter" });

test.for([
  [["id=fed36739-70b4"], true],
  [["id=ed36739"], false],
  [["status=failed"], true],
  [["status=HEALTHY,status=FAILED"], true],
  [["status=FAILED,name=other"], false],
  [["name=brave-*"], true],
  [["name=brave"], false],
  [["name=b.*"], false],
  [["model=berth/pilot", "port=8081"], true],
  [["image=text_generation"], true],
  [["profile=lab"], false],
] as const)("%j: %s", ([texts, isKept]) => {
  expect(matches(service, readFilter(texts))).toBe(isKept);
});

test.for([
  ["statsu=FAILED", 'no field "statsu" (did you mean status?)'],
  ["FAILED", 'no field "FAILED"; fields: id, status'],
  ["status=", "give status a value"],
  ["", 'no field ""'],
  ["constructor=x", 'no field "constructor"'],
] as const)("%j is refused: %s", ([text, message]) => {
  expect(() => readFilter([text])).toThrow(message);
});
