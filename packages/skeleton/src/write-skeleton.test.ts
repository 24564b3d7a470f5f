import { seedDescription } from "@berth/testing/seed-description";
import { describe, expect, test } from "vitest";
import { dataTypes, handlerTypes, languages } from "./choices.ts";
import { generatedMark } from "./generated-mark.ts";
import { loadModel } from "./test/load-model.ts";
import { schemaWith, skeletonOf } from "./test/skeleton-of.ts";

test("what is required, described and optional is so in pydantic, as Spirit's builder had it", () => {
  const { model } = skeletonOf(seedDescription, { fileName: "api.yaml" });
  expect(model).toEqual({
    name: "model.py",
    text: `# Made by berth worker new, from api.yaml: do not edit it. To make it anew, here:
#     berth worker new --input api.yaml --language python --model-only
from __future__ import annotations

from typing import Optional

from pydantic import BaseModel, Field


class RequestInput(BaseModel):
    audio: str = Field(..., description="URL to the audio file.")
    model: Optional[str] = Field(None, description="Identifier for the model to be used.")
`,
  });
});

test("a dataclass has no pydantic where none is needed", () => {
  expect(skeletonOf(seedDescription, { dataType: "dataclass" }).model.text).toContain(`
from dataclasses import dataclass
from typing import Optional


@dataclass
class RequestInput:
    # URL to the audio file.
    audio: str
    # Identifier for the model to be used.
    model: Optional[str] = None
`);
});

test("TypeScript has an interface", () => {
  expect(skeletonOf(seedDescription, { language: "typescript" }).model.text).toContain(`
export interface RequestInput {
  /** URL to the audio file. */
  audio: string;
  /** Identifier for the model to be used. */
  model: string | null;
}
`);
});

const everything = schemaWith(
  {
    text: { type: "string" },
    count: { type: "integer", default: 3 },
    ratio: { type: "number" },
    kind: { enum: ["a", "b"] },
    tags: { type: "array", items: { type: "string" }, default: ["x"] },
    named: { type: "object", additionalProperties: { type: ["integer", "null"] } },
    either: { anyOf: [{ type: "string" }, { type: "integer" }] },
    inner: { type: "object", required: ["on"], properties: { on: { type: "boolean" }, off: { default: 0 } } },
    class: { type: "string" },
    "two words": { type: "string" },
    ["__proto__"]: { type: "string" },
    copy: { type: "boolean" },
  },
  ["text", "either"],
);

test("every kind of field is one of pydantic's", () => {
  const { text } = skeletonOf(everything).model;
  for (const line of [
    "text: str",
    "count: int = 3",
    "ratio: Optional[float] = None",
    'kind: Optional[Literal["a", "b"]] = None',
    'tags: List[str] = Field(default_factory=lambda: ["x"], validate_default=True)',
    "named: Optional[Dict[str, Optional[int]]] = None",
    "either: Union[str, int]",
    "inner: Optional[RequestInputInner] = None",
    'class_: Optional[str] = Field(None, alias="class")',
    'two_words: Optional[str] = Field(None, alias="two words")',
    'copy_: Optional[bool] = Field(None, alias="copy")',
    "class RequestInputInner(BaseModel):\n    on: bool\n    off: Any = 0",
  ])
    expect(text).toContain(`${line}\n`);
});

test("a dataclass has its required fields first", () => {
  const { text } = skeletonOf(everything, { dataType: "dataclass" }).model;
  const main = text.slice(text.indexOf("class RequestInput:"));
  expect(main).toMatch(
    /^class RequestInput:\n {4}text: str\n {4}either: Union\[str, int\]\n {4}count: int = 3\n/,
  );
  expect(main).toContain('class_: Annotated[Optional[str], Field(alias="class")] = None');
});

describe("TypeScript's model", () => {
  test("reads what fits, fills in defaults, and leaves out what it does not know", async () => {
    const read = await loadModel(skeletonOf(everything, { language: "typescript" }).model.text);
    expect(read({ text: "t", either: 1, other: 1, inner: { on: true }, copy: null })).toEqual({
      text: "t",
      either: 1,
      count: 3,
      tags: ["x"],
      inner: { on: true, off: 0 },
    });
    const given = { text: "t", either: "e", ...(JSON.parse('{"__proto__":"p"}') as object) };
    expect(JSON.stringify(read(given))).toContain('"__proto__":"p"');
  });

  test.each([
    [{}, "input.text must be a text, but it is missing"],
    [{ text: null }, "input.text must be a text, but it is null"],
    [{ text: "", either: 1, count: 1.5 }, "input.count must be a whole number"],
    [{ text: "", either: true }, "input.either must be a text, but it is a value of the type boolean"],
    [{ text: "", either: 1, kind: "c" }, 'input.kind must be one of "a", "b"'],
    [{ text: "", either: 1, tags: ["", 2] }, "input.tags[1] must be a text"],
    [{ text: "", either: 1, named: { a: "b" } }, "input.named.a must be a whole number"],
    [{ text: "", either: 1, inner: {} }, "input.inner.on must be true or false, but it is missing"],
    [[], "input must be an object, but it is a list"],
  ])("refuses %j", async (value, words) => {
    const read = await loadModel(skeletonOf(everything, { language: "typescript" }).model.text);
    expect(() => read(value)).toThrow(words);
  });

  test("may be of its own kind again", async () => {
    const tree = { type: "object", properties: { of: { type: "array", items: { $ref: "#" } } } };
    const read = await loadModel(skeletonOf(JSON.stringify(tree), { language: "typescript" }).model.text);
    expect(read({ of: [{ of: [{}] }] })).toEqual({ of: [{ of: [{}] }] });
  });
});

const hostileText = `""" */ ' \\" \r\n import os\u2028x = 1 \${y} \`z\` \0 \\`;
const hostile = JSON.stringify({
  type: "object",
  description: hostileText,
  required: [hostileText],
  properties: {
    [hostileText]: { type: "string", description: hostileText, example: hostileText },
    given: { type: "string", default: hostileText, description: hostileText },
    chosen: { enum: [hostileText], description: hostileText },
    held: { type: "object", description: hostileText, properties: { [hostileText]: { type: "integer" } } },
  },
});

test("hostile texts stay texts in TypeScript", async () => {
  const { model } = skeletonOf(hostile, { language: "typescript", fileName: "a */\nb.json" });
  const read = await loadModel(model.text);
  expect(read({ [hostileText]: "v" })).toEqual({ [hostileText]: "v", given: hostileText });
});

test.each(dataTypes)("hostile texts stay texts in Python's %s", (dataType) => {
  const { model, readme } = skeletonOf(hostile, { dataType, fileName: 'a"""\nimport os\r.json' });
  const free = model.text
    .split("\n")
    .map((line) => line.replaceAll(/"(?:[^"\\]|\\.)*"|#.*/g, ""))
    .join("\n");
  expect(free).not.toMatch(/import os|["'\\\r\0\u2028]/);
  expect(readme.text).not.toMatch(/^(?: import os|x = 1)/m);
});

test.each(
  languages.flatMap((language) => handlerTypes.map((handlerType) => [language, handlerType] as const)),
)("a handler of %s that is %s calls handle", (language, handlerType) => {
  const { handler } = skeletonOf(seedDescription, { language, handlerType });
  expect(handler.text.includes("yield")).toBe(handlerType.includes("generator"));
  expect(handler.text.includes("async")).toBe(handlerType.includes("async"));
  expect(handler.text).toMatch(/\bhandle\(/);
});

test("the command that makes it anew says what was said, and its file is marked", () => {
  const { model, readme, description } = skeletonOf(seedDescription, {
    name: "RequestInput",
    fileName: "my api.yaml",
    inputType: "openapi",
    dataType: "dataclass",
  });
  const again =
    "berth worker new --input 'my api.yaml' --input-type openapi --language python --data-type dataclass --model-only";
  expect(model.text.split("\n")[0]).toContain(generatedMark);
  expect([model.text, readme.text].every((text) => text.includes(again))).toBe(true);
  expect(description).toEqual({ name: "my api.yaml", text: seedDescription });
});

test("what came without a name gets one that is read again", () => {
  expect(skeletonOf(seedDescription).description.name).toBe("api.yaml");
  expect(skeletonOf("{'a': 1}").description.name).toBe("api.py");
});

test("the README calls it with what the description has as examples", () => {
  const description = schemaWith(
    { prompt: { type: "string", example: "it's" }, n: { type: "integer" }, x: { type: "string" } },
    ["n"],
  );
  expect(skeletonOf(description).readme.text).toContain(String.raw`--data '{"prompt":"it'\''s","n":1}'`);
});
