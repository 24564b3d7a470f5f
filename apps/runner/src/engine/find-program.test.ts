import { chmod, mkdir } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { temporaryFolder, writeFiles } from "@berth/testing/temporary-folder";
import { findProgram } from "./find-program.ts";

test("a program is found as execvp finds it", async () => {
  await using folder = await temporaryFolder();
  const at = (path: string): string => join(folder.path, path);
  await writeFiles(folder.path, {
    "a/text": "",
    "b/text": "#!/bin/sh\n",
    "b/server": "#!/bin/sh\n",
    "b/data": "",
  });
  await mkdir(at("a/server"));
  for (const path of ["b/text", "b/server"]) await chmod(at(path), 0o755);
  const path = `${at("a")}:${at("b")}:/no/such`;

  const found = (name: string, cwd = "/"): ReturnType<typeof findProgram> => findProgram(name, cwd, path);
  // neither a directory nor a file that cannot be run hides the program behind it
  expect(await found("server")).toEqual({ kind: "found", path: at("b/server") });
  expect(await found("text")).toEqual({ kind: "found", path: at("b/text") });
  expect(await found("./server", at("b"))).toEqual({ kind: "found", path: at("b/server") });
  expect(await found(at("b/server"))).toEqual({ kind: "found", path: at("b/server") });

  expect(await found("data")).toMatchObject({ kind: "missing", exitCode: 126 });
  expect(await found("./server", at("a"))).toMatchObject({ kind: "missing", exitCode: 126 });
  expect(await found("./gone", at("b"))).toMatchObject({ kind: "missing", exitCode: 127 });
  expect(await found("gone")).toMatchObject({
    kind: "missing",
    exitCode: 127,
    reason: expect.stringContaining(path) as string,
  });
  expect(await found("")).toMatchObject({ kind: "missing", exitCode: 127 });
});
