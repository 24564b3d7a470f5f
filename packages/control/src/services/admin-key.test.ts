import { chmod, readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { temporaryFolder } from "@berth/testing/temporary-folder";
import { expect, test } from "vitest";
import { ensureAdminKey } from "./admin-key.ts";

const home = async () => {
  const folder = await temporaryFolder();
  return { ...folder, path: join(folder.path, "admin.key") };
};

test("the first start makes a key that only its owner can read; later starts keep it", async () => {
  await using given = await home();
  const first = await ensureAdminKey({ path: given.path, fromEnv: undefined });
  expect(first.key).toMatch(/^sk-berth-[\w-]{43}$/);
  expect((await stat(given.path)).mode & 0o777).toBe(0o600);
  expect(await readFile(given.path, "utf8")).toBe(`${first.key}\n`);
  expect(await ensureAdminKey({ path: given.path, fromEnv: undefined })).toEqual(first);
});

test("of many that make it at once, all get the same", async () => {
  await using given = await home();
  const all = await Promise.all(
    Array.from({ length: 20 }, () => ensureAdminKey({ path: given.path, fromEnv: undefined })),
  );
  expect(new Set(all.map(({ key }) => key)).size).toBe(1);
});

test("a key from the environment takes the file's place, so that the CLI finds it", async () => {
  await using given = await home();
  await ensureAdminKey({ path: given.path, fromEnv: undefined });
  const { key, howToRotate } = await ensureAdminKey({ path: given.path, fromEnv: "sealsaretasty" });
  expect(key).toBe("sealsaretasty");
  expect(howToRotate).toContain("BERTH_AUTH_TOKEN");
  expect(await readFile(given.path, "utf8")).toBe("sealsaretasty\n");
  expect((await stat(given.path)).mode & 0o777).toBe(0o600);
});

test.each([0o640, 0o604, 0o660])("a file of mode %o is refused with the command to run", async (mode) => {
  await using given = await home();
  await writeFile(given.path, "sk-berth-secret\n");
  await chmod(given.path, mode);
  for (const fromEnv of [undefined, "another"]) {
    const reading = ensureAdminKey({ path: given.path, fromEnv });
    await expect(reading).rejects.toMatchObject({ code: "forbidden" });
    await expect(reading).rejects.toThrow(`chmod 600 ${given.path}`);
    await expect(reading).rejects.not.toThrow("secret");
  }
  expect(await readFile(given.path, "utf8")).toBe("sk-berth-secret\n");
});

test.each(["", "two words", "ключ"])("a file that holds %j, no key, is refused, and stays", async (text) => {
  await using given = await home();
  await writeFile(given.path, text, { mode: 0o600 });
  await expect(ensureAdminKey({ path: given.path, fromEnv: undefined })).rejects.toMatchObject({
    code: "unprocessable",
  });
  expect(await readFile(given.path, "utf8")).toBe(text);
});

test.each(["two words", "ключ", "tab\tbed"])(
  "%j from the environment is refused and not repeated",
  async (fromEnv) => {
    await using given = await home();
    const ensuring = ensureAdminKey({ path: given.path, fromEnv });
    await expect(ensuring).rejects.toMatchObject({ code: "invalid_request", param: "BERTH_AUTH_TOKEN" });
    await expect(ensuring).rejects.not.toThrow(fromEnv);
    await expect(stat(given.path)).rejects.toThrow("ENOENT");
  },
);
