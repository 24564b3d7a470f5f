import { expect, test } from "vitest";
import { withoutText } from "./service-view.ts";

test("a handler is shown without its text, and otherwise as it is", () => {
  const source = { kind: "text", name: "app.py", text: "x = 1" } as const;
  expect(withoutText({ language: "python", source })).toEqual({
    language: "python",
    source: { ...source, text: "" },
  });
  const there = { language: "python", source: { kind: "path", path: "/srv/app.py" } } as const;
  expect(withoutText(there)).toEqual(there);
});
