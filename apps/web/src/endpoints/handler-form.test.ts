import { handlerSpecSchema, type HandlerSpec } from "@berth/api";
import { expect, test } from "vitest";
import { handlerExamples } from "./handler-examples.ts";
import { blankHandlerForm, handlerForm, readHandler, type HandlerForm } from "./handler-form.ts";

const read = (form: Partial<HandlerForm>) => {
  const problems: Record<string, string> = {};
  return { spec: readHandler({ ...blankHandlerForm, ...form }, problems), problems };
};

test.each<HandlerSpec>([
  {
    language: "python",
    source: { kind: "text", name: "app.py", text: "class A: ..." },
    className: "A",
    requirements: ["torch==2.9.0", "pillow"],
    systemDependencies: ["ffmpeg"],
  },
  { language: "typescript", source: { kind: "url", url: "https://example.org/a.mts?raw" } },
  { language: "python", source: { kind: "path", path: "/home/ada/app.py" } },
])("a handler stays what it is: $source", (spec) => {
  expect(read(handlerForm(spec))).toEqual({ spec: handlerSpecSchema.parse(spec), problems: {} });
});

test.each<[Partial<HandlerForm>, string]>([
  [{}, "template.handler"],
  [{ source: "url", name: " " }, "template.handler"],
  [{ name: "app.rb", text: "x" }, "template.handler.source"],
])("what is missing or wrong is told at its field: %j", (form, param) => {
  const { spec, problems } = read(form);
  expect(spec).toBeUndefined();
  expect(Object.keys(problems)).toEqual([param]);
});

test("the examples are handlers", () => {
  for (const [name, text] of Object.entries(handlerExamples))
    expect(read({ name, text }).problems).toEqual({});
});
