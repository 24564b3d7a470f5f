import { expect, test } from "vitest";
import { readRuntimes, runtimesCommand } from "./read-runtimes.ts";
import { readSections, sectionScript } from "./sections.ts";

test.each([
  [["@setup 0"], { runtimes: ["process"], setupExitCode: 0 }],
  [
    ["module loaded", "@setup 0", "@has podman", "@has singularity"],
    { runtimes: ["apptainer", "podman", "process"], setupExitCode: 0 },
  ],
  [["bash: module: command not found", "@setup 127"], { runtimes: ["process"], setupExitCode: 127 }],
  [[], { runtimes: ["process"], setupExitCode: null }],
  [
    ["@setup 0", "@has pyxis", "@has apptainer"],
    { runtimes: ["apptainer", "pyxis", "process"], setupExitCode: 0 },
  ],
])("%j", (lines, found) => {
  expect(readRuntimes(lines)).toEqual(found);
});

test("sections are told apart, what is cut off is not there, and the set-up line is one word for the shell", () => {
  const script = sectionScript([{ name: "runtimes", command: runtimesCommand("echo 'it''s'") }]);
  expect(script).toContain(String.raw`bash -lc 'echo '\''it'\'''\''s'\''`);
  const printed =
    "banner\n\n@@berth begin a\nx \n\n@@berth end a 0\n\n@@berth begin b\ny\n\n@@berth end b 7\n@@berth begin c\nz";
  expect([...readSections(printed)]).toEqual([
    ["a", { lines: ["x"], exitCode: 0 }],
    ["b", { lines: ["y"], exitCode: 7 }],
  ]);
});
