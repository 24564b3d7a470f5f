import { execFileSync } from "node:child_process";
import { expect, test } from "vitest";
import { plainSnippet } from "./plain-snippet.ts";

const call = {
  url: "http://localhost:8000/e/ada/summaries/predict",
  body: { text: `It's "quoted"`, ok: true, none: null },
};

test("a shell gives curl the body as it is", () => {
  const asTold = plainSnippet(call, "curl").replace("curl ", "printf '%s\\n' ");
  const words = execFileSync("bash", ["-c", asTold], { encoding: "utf8" });
  expect(words).toContain(call.url);
  expect(JSON.parse(words.slice(words.indexOf("-d\n") + 3))).toEqual(call.body);
});

test("Python and TypeScript have the body in their own words", () => {
  expect(plainSnippet(call, "python")).toContain(`{ "text": "It's \\"quoted\\"", "ok": True, "none": None }`);
  expect(plainSnippet(call, "typescript")).toContain(`{ text: "It's \\"quoted\\"", ok: true, none: null }`);
});

test.each(["curl", "python", "typescript"] as const)("the key stands in no %s snippet", (language) => {
  expect(plainSnippet(call, language)).toContain("BERTH_KEY");
});
