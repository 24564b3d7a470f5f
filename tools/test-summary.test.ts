import { expect, test } from "vitest";
import { summarise } from "./test-summary.ts";

test("what was skipped and what failed is told by name, then the counts", () => {
  const report = {
    testResults: [
      {
        name: "/top/a.test.ts",
        startTime: 1_000,
        endTime: 31_000,
        assertionResults: [
          { status: "passed", fullName: "works" },
          { status: "failed", fullName: "breaks", failureMessages: ["Error: no\n    at b.ts:3"] },
          { status: "skipped", fullName: "needs a browser" },
        ],
      },
    ],
  };
  expect(summarise([report], ["chromium: not here"], ["tests: unit"], "/top").split("\n")).toEqual([
    "MISSING chromium: not here",
    "SKIPPED a.test.ts: needs a browser",
    "FAILED  a.test.ts: breaks",
    "        Error: no",
    "            at b.ts:3",
    "SLOW    a.test.ts: 30 s",
    'FAILED  step "tests: unit"',
    "tests: 1 passed, 1 failed, 1 skipped",
    "not well",
  ]);
});
