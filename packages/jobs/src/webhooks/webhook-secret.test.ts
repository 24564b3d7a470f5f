import { readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { temporaryFolder } from "@berth/testing/temporary-folder";
import { expect, test } from "vitest";
import { webhookSecrets } from "./webhook-secret.ts";

const one = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
const other = "whsec_c29tZXRoaW5nIGVsc2UgdGhhbiB0aGF0";

async function fileWith(text?: string) {
  const folder = await temporaryFolder();
  const path = join(folder.path, "webhook.key");
  if (text !== undefined) await writeFile(path, text);
  return { path, [Symbol.asyncDispose]: () => folder[Symbol.asyncDispose]() };
}

test("the file is made once, for this user alone, whoever asks at the same time", async () => {
  await using file = await fileWith();
  const secrets = await Promise.all([1, 2, 3, 4].map(() => webhookSecrets(file.path, "e1")));
  expect(new Set(secrets.map(([present]) => present)).size).toBe(1);
  expect(secrets[0]).toEqual([expect.stringMatching(/^whsec_[A-Za-z0-9+/]{43}=$/)]);
  expect(await webhookSecrets(file.path, "e1")).toEqual(secrets[0]);
  expect((await stat(file.path)).mode & 0o777).toBe(0o600);
  expect(await readFile(file.path, "utf8")).toMatch(/^whsec_[A-Za-z0-9+/]{43}=\n$/);
});

test("each endpoint has its own, always the same, and none has the file's", async () => {
  await using file = await fileWith(one);
  const [[first], [second]] = [await webhookSecrets(file.path, "e1"), await webhookSecrets(file.path, "e2")];
  // what receivers were given stays right, whatever version they were given it by
  expect(first).toBe("whsec_NiicKMGXwbjj5OZbefdOZbZO47Y/ZnJ77P0ma0jSmxw=");
  expect(new Set([first, second, one]).size).toBe(3);
});

test("with a second line below, what was before counts as well", async () => {
  await using before = await fileWith(`${one}\n`);
  await using now = await fileWith(`${other}\n${one}\n`);
  const [[old], both] = [await webhookSecrets(before.path, "e1"), await webhookSecrets(now.path, "e1")];
  expect(both).toEqual([expect.not.stringContaining(old), old]);
});

test.each(["", "whsec_", "whsec_short", "password", `${one}\nmore`, `${one}\n${other}\n${one}`])(
  "a file with %j is refused, and left as it is",
  async (text) => {
    await using file = await fileWith(text);
    await expect(webhookSecrets(file.path, "e1")).rejects.toMatchObject({
      code: "unprocessable",
      message: expect.stringContaining(file.path),
    });
    expect(await readFile(file.path, "utf8")).toBe(text);
  },
);
