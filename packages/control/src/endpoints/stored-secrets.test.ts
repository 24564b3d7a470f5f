import { randomBytes } from "node:crypto";
import { systemClock } from "@berth/std/clock";
import type { SecretRow } from "@berth/store";
import { expect, test } from "vitest";
import { Changes } from "../services/changes.ts";
import { Secrets } from "../services/secrets.ts";
import { StoredSecrets } from "./stored-secrets.ts";

/** Hers and his, in a store that keeps what it is given; `users` are the endpoints that use any. */
async function opened(rows: SecretRow[] = [], users: readonly string[] = []) {
  const changes = new Changes();
  const told: unknown[] = [];
  changes.subscribe((change) => told.push(change));
  const key = randomBytes(32);
  const open = async () =>
    StoredSecrets.load({
      store: {
        listSecrets: async () => rows,
        putSecret: async (row) => void rows.push(row),
        deleteSecret: async () => rows.splice(0).length > 0,
      },
      secrets: await Secrets.open({ path: "/nowhere", fromEnv: key }),
      usersOf: () => users,
      changes,
      clock: systemClock,
    });
  return { secrets: await open(), open, rows, told };
}

test("a value is written, opened for its owner alone, and never shown", async () => {
  const { secrets, open, rows, told } = await opened();
  const shown = await secrets.put("ada", "hub", { value: "hf_abc" });
  for (const one of [secrets, await open()]) {
    expect(one.valueOf("ada", "hub")).toBe("hf_abc");
    expect(() => one.valueOf("bob", "hub")).toThrow("bob has no secret hub");
  }
  expect(JSON.stringify([shown, secrets.list(), rows, told])).not.toContain("hf_abc");
});

test("what one owner stored opens under no other name", async () => {
  const { secrets, open, rows } = await opened();
  await secrets.put("ada", "hub", { value: "hf_abc" });
  rows.push({ ...rows[0]!, owner: "bob" });
  const again = await open();
  expect(() => again.valueOf("bob", "hub")).toThrow();
});

test("one that is used is not deleted", async () => {
  const { secrets } = await opened([], ["ada/chat"]);
  await secrets.put("ada", "hub", { value: "hf_abc" });
  await expect(secrets.delete("ada", "hub")).rejects.toMatchObject({
    code: "conflict",
    details: { usedBy: ["ada/chat"] },
  });
  await expect(secrets.delete("bob", "hub")).rejects.toMatchObject({ code: "not_found" });
});
