import { chmodSync, mkdirSync, mkdtempSync, rmSync, statSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { openControlDir } from "./control-paths.ts";

let dir: string;
const userId = process.getuid?.() ?? 0;

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), "berth-"));
});
afterEach(() => rmSync(dir, { recursive: true }));

test("a short directory is taken, and is this user's alone", () => {
  const wanted = join(dir, "home/ssh");
  expect(openControlDir(wanted, {}, userId)).toBe(wanted);
  expect(statSync(wanted).mode & 0o777).toBe(0o700);
  expect(openControlDir(wanted, {}, userId)).toBe(wanted);
});

test.for(["x".repeat(80), "with space", "50%", "a:b", "$HOME", "süd"])(
  "for %j another is taken, the same each time, and not that of another home",
  (name) => {
    const env = { XDG_RUNTIME_DIR: dir };
    const taken = openControlDir(join(dir, name), env, userId);
    expect(taken).toMatch(new RegExp(`^${dir}/berth-[0-9a-f]{8}$`));
    expect(openControlDir(join(dir, name), env, userId)).toBe(taken);
    expect(openControlDir(join(dir, `${name}%`), env, userId)).not.toBe(taken);
  },
);

test("without a runtime directory it lies in the temporary one, under the user's number", () => {
  const taken = openControlDir(join(dir, "x".repeat(80)), {}, userId);
  expect(taken).toMatch(new RegExp(`^/tmp/berth-${userId}-[0-9a-f]{8}$`));
  rmSync(taken, { recursive: true });
});

test("one that others may enter, or that leads elsewhere, is refused", () => {
  const open = join(dir, "open");
  mkdirSync(open);
  chmodSync(open, 0o755);
  expect(() => openControlDir(open, {}, userId)).toThrow("must be a directory of yours alone");
  const private_ = join(dir, "private");
  mkdirSync(private_, { mode: 0o700 });
  symlinkSync(private_, join(dir, "link"));
  expect(() => openControlDir(join(dir, "link"), {}, userId)).toThrow("must be a directory of yours alone");
});
