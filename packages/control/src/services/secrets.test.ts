import { randomBytes } from "node:crypto";
import { chmod, readFile, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { temporaryFolder } from "@berth/testing/temporary-folder";
import { expect, test } from "vitest";
import { Secrets } from "./secrets.ts";

async function keyFile() {
  const folder = await temporaryFolder();
  const path = join(folder.path, "secret.key");
  return {
    path,
    open: (fromEnv?: Buffer) => Secrets.open({ path, fromEnv }),
    [Symbol.asyncDispose]: () => folder[Symbol.asyncDispose](),
  };
}

test("a secret comes back, also after a restart; what is stored tells nothing of it", async () => {
  await using file = await keyFile();
  const secrets = await file.open();
  await expect(stat(file.path)).rejects.toThrow("ENOENT");
  const sealed = await secrets.seal("sk-grüße", "pv1");
  expect((await stat(file.path)).mode & 0o777).toBe(0o600);
  expect(sealed).not.toContain("sk-");
  expect(secrets.unseal(sealed, "pv1")).toBe("sk-grüße");
  expect((await file.open()).unseal(sealed, "pv1")).toBe("sk-grüße");
});

test("the same secret is never stored twice alike", async () => {
  await using file = await keyFile();
  const secrets = await file.open();
  expect(await secrets.seal("a", "pv1")).not.toBe(await secrets.seal("a", "pv1"));
});

test("a row's secret does not open under another row", async () => {
  await using file = await keyFile();
  const secrets = await file.open();
  const sealed = await secrets.seal("a", "pv1");
  expect(() => secrets.unseal(sealed, "pv2")).toThrow("damaged");
});

test("a key in the environment needs no file", async () => {
  await using file = await keyFile();
  const key = randomBytes(32);
  const sealed = await (await file.open(key)).seal("a", "pv1");
  await expect(stat(file.path)).rejects.toThrow("ENOENT");
  expect((await file.open(key)).unseal(sealed, "pv1")).toBe("a");
});

test.each([
  {
    fact: "is gone",
    spoil: (path: string) => rm(path),
    said: /secret\.key, whose key it was stored under, is gone\. Put the key back .* or give the credential anew/,
  },
  {
    fact: "is another one",
    spoil: (path: string) => writeFile(path, randomBytes(32).toString("base64")),
    said: /secret\.key holds another key than it was stored under/,
  },
  {
    fact: "is no key",
    spoil: (path: string) => writeFile(path, "hello"),
    said: /secret\.key holds no key/,
  },
  {
    fact: "can be read by others",
    spoil: (path: string) => chmod(path, 0o644),
    said: /run `chmod 600 .*secret\.key`/,
  },
])("when the key $fact, opening says so, and starting does not mind", async ({ spoil, said }) => {
  await using file = await keyFile();
  const sealed = await (await file.open()).seal("hush", "pv1");
  const before = await readFile(file.path, "utf8");
  await spoil(file.path);
  const secrets = await file.open();
  expect(() => secrets.unseal(sealed, "pv1")).toThrow(said);
  expect(() => secrets.unseal(sealed, "pv1")).not.toThrow(before.trim());
});

test("a spoilt file of a key is never replaced by a new one", async () => {
  await using file = await keyFile();
  await writeFile(file.path, "hello", { mode: 0o600 });
  await expect((await file.open()).seal("a", "pv1")).rejects.toThrow("holds no key");
  expect(await readFile(file.path, "utf8")).toBe("hello");
});

test("changed or cut off, a stored secret is damaged", async () => {
  await using file = await keyFile();
  const secrets = await file.open();
  const sealed = await secrets.seal("a long enough secret", "pv1");
  for (const spoilt of [
    sealed.slice(0, -3),
    `${sealed.slice(0, -1)}${sealed.endsWith("A") ? "Q" : "A"}`,
    sealed.slice(0, 14),
  ])
    expect(() => secrets.unseal(spoilt, "pv1")).toThrow("damaged");
});
