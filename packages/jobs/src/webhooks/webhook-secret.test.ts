import { readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { temporaryFolder } from "@berth/testing/temporary-folder";
import { expect, test } from "vitest";
import { webhookSecret } from "./webhook-secret.ts";

test("is made once, for this user alone, whoever asks at the same time", async () => {
  await using folder = await temporaryFolder();
  const path = join(folder.path, "webhook-secret");
  const secrets = await Promise.all([1, 2, 3, 4].map(() => webhookSecret(path)));
  expect(new Set(secrets).size).toBe(1);
  expect(secrets[0]).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
  expect(await webhookSecret(path)).toBe(secrets[0]);
  expect((await stat(path)).mode & 0o777).toBe(0o600);
});

test("one that the owner has put there is kept", async () => {
  await using folder = await temporaryFolder();
  const path = join(folder.path, "webhook-secret");
  await writeFile(path, "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw");
  expect(await webhookSecret(path)).toBe("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw");
});

test.each(["", "whsec_", "whsec_short", "password", "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw\nmore"])(
  "a file with %j is refused, and left as it is",
  async (text) => {
    await using folder = await temporaryFolder();
    const path = join(folder.path, "webhook-secret");
    await writeFile(path, text);
    await expect(webhookSecret(path)).rejects.toMatchObject({
      code: "unprocessable",
      message: expect.stringContaining(path),
    });
    expect(await readFile(path, "utf8")).toBe(text);
  },
);
