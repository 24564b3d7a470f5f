import { execFileSync } from "node:child_process";
import { mkdir, mkdtemp, realpath, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isBerthError } from "@berth/api";
import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { SpeechMount } from "../config.ts";
import { openConfined } from "./confined-file.ts";

let root: string;
let mounts: SpeechMount[];
beforeAll(async () => {
  root = await realpath(await mkdtemp(join(tmpdir(), "berth-mount-")));
  const at = (path: string): string => join(root, path);
  await mkdir(at("in/deep"), { recursive: true });
  await mkdir(at("in-other"));
  await writeFile(at("in/a.mp3"), "inside");
  await writeFile(at("in/deep/b c.mp3"), "inside");
  await writeFile(at("in-other/x.mp3"), "outside");
  await writeFile(at("secret"), "outside");
  await symlink(at("secret"), at("in/link.mp3"));
  await symlink(root, at("in/up"));
  await symlink(at("in/a.mp3"), at("in/good-link.mp3"));
  await symlink(at("nowhere"), at("in/dangling.mp3"));
  execFileSync("mkfifo", [at("in/pipe.mp3")]);
  mounts = [{ source: at("in"), target: "/data/audio" }];
});
afterAll(() => rm(root, { recursive: true }));

async function read(path: string, of: readonly SpeechMount[] = mounts): Promise<string> {
  const file = await openConfined(path, of);
  try {
    return await file.readFile("utf8");
  } finally {
    await file.close();
  }
}

async function refusal(path: string, of: readonly SpeechMount[] = mounts) {
  const error = await read(path, of).catch((thrown: unknown) => thrown);
  if (isBerthError(error)) return error;
  throw new Error(`${path} was not refused: ${String(error)}`);
}

test.each([
  ["its own path", () => join(root, "in/a.mp3")],
  ["the path under the target", () => "/data/audio/a.mp3"],
  ["a path below it", () => "/data/audio/deep/b c.mp3"],
  ["a link that stays inside", () => "/data/audio/good-link.mp3"],
  ["doubled slashes and dots", () => "/data/audio/./deep//b c.mp3"],
])("a file is named by %s", async (_, path) => {
  expect(await read(path())).toBe("inside");
});

test.each([
  ["a file beside the directory", () => join(root, "secret"), "forbidden"],
  ["a directory whose name only begins alike", () => join(root, "in-other/x.mp3"), "forbidden"],
  ["a path that climbs", () => "/data/audio/../secret", "forbidden"],
  ["a path that climbs and comes back", () => `${root}/in/deep/../a.mp3`, "forbidden"],
  ["a link that leads out", () => "/data/audio/link.mp3", "forbidden"],
  ["a directory's link that leads out", () => "/data/audio/up/secret", "forbidden"],
  ["a relative path", () => "a.mp3", "invalid_request"],
  ["a NUL", () => "/data/audio/a.mp3\u0000.txt", "invalid_request"],
  ["a directory", () => "/data/audio/deep", "invalid_request"],
  ["the mount itself", () => "/data/audio", "forbidden"],
  ["a pipe, which would be waited for", () => "/data/audio/pipe.mp3", "invalid_request"],
  ["what is not there", () => "/data/audio/none.mp3", "not_found"],
  ["a link to nothing", () => "/data/audio/dangling.mp3", "not_found"],
  ["the system's own", () => "/etc/passwd", "forbidden"],
])("%s is refused, and the field named", async (_, path, code) => {
  const { code: told, param, message } = await refusal(path());
  expect([told, param]).toEqual([code, "audio_path"]);
  expect(message).toMatch(/^audio_path: /);
});

test("without a directory nothing is heard, and the way out is told", async () => {
  expect((await refusal("/data/audio/a.mp3", [])).message).toContain("--mount DIR");
});

test("of several directories each has its files", async () => {
  const both = [...mounts, { source: join(root, "in-other"), target: "/data/audio" }];
  expect(await read("/data/audio/x.mp3", both)).toBe("outside");
  expect(await read("/data/audio/a.mp3", both)).toBe("inside");
});

test("no path whatever leads out", async () => {
  const step = fc.constantFrom(
    "..",
    ".",
    "",
    "a.mp3",
    "up",
    "link.mp3",
    "deep",
    "secret",
    "in",
    "in-other",
    "x.mp3",
    "%2e%2e",
    "..\\",
    "~",
  );
  const start = fc.constantFrom("/data/audio", "/", "", "/data", "ROOT", "ROOT/in");
  await fc.assert(
    fc.asyncProperty(start, fc.array(step, { maxLength: 7 }), async (from, steps) => {
      const path = [from.replace("ROOT", root), ...steps].join("/");
      const found = await read(path).catch((error: unknown) => {
        if (isBerthError(error)) return "refused";
        throw error;
      });
      expect(["refused", "inside"]).toContain(found);
    }),
    { numRuns: 500 },
  );
});
