import { expect, test } from "vitest";
import { loraRows, readLora, type LoraRow } from "./lora-form.ts";

const row = (path: string, scale = ""): LoraRow => ({ id: path, path, scale });

test("adapters are read as they were shown", () => {
  const lora = [
    { path: "/a.gguf", scale: 1 },
    { path: "/b.gguf", scale: -0.25 },
  ];
  const problems = {};
  expect(
    readLora(
      loraRows(lora, () => crypto.randomUUID()),
      problems,
    ),
  ).toEqual(lora);
  expect(problems).toEqual({});
});

test.each<[what: string, rows: readonly LoraRow[], problems: Record<string, string>]>([
  ["one that is not filled in is none", [row("", "many")], {}],
  [
    "a path that depends on where one stands",
    [row("/a.gguf"), row("b.gguf")],
    { "options.lora[1].path": "give the absolute path, as /data/adapter.gguf" },
  ],
  ["a scale that is no number", [row("/a.gguf", "much")], { "options.lora[0].scale": "give a number" }],
])("faults stand at their field: %s", (_, rows, expected) => {
  const problems = {};
  readLora(rows, problems);
  expect(problems).toEqual(expected);
});
