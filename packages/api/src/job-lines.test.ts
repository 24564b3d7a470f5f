import { expect, test } from "vitest";
import { readJobLine } from "./job-lines.ts";

test.each([
  ['{"value": 12345678901234567890 }', { kind: "value", text: "12345678901234567890" }],
  [' { "result" :{"value":1} } ', { kind: "result", text: '{"value":1}' }],
  ["[1]", undefined],
  ['{"other":1}', undefined],
])("%s is read as it was told", (line, told) => {
  expect(readJobLine(line)).toEqual(told);
});
