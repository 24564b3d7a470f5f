import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openJobStore } from "@berth/store/sqlite";
import { expect, onTestFinished, test } from "vitest";
import { leaseSecretOf } from "./home.ts";

const earlier = "e".repeat(43);

test.each([
  ["made at the first start", undefined, /^[\w-]{43}$/],
  ["that of an earlier version's file", `${earlier}\n`, new RegExp(`^${earlier}$`)],
  ["made where such a file is broken", "no key", /^[\w-]{43}$/],
])("what leases are signed with is %s, and lies in the queue from then on", async (_fact, file, expected) => {
  const home = mkdtempSync(join(tmpdir(), "berth-home-"));
  onTestFinished(() => rmSync(home, { recursive: true }));
  const path = join(home, "lease.key");
  if (file !== undefined) await writeFile(path, file);
  const secrets: string[] = [];
  for (let start = 0; start < 2; start += 1) {
    const jobs = await openJobStore({ path: join(home, "jobs.db") });
    secrets.push(await leaseSecretOf(home, jobs));
    await jobs.close();
  }
  expect(secrets[0]).toMatch(expected);
  expect(secrets[1]).toBe(secrets[0]);
  expect(existsSync(path)).toBe(false);
});
