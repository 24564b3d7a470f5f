import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { temporaryFolder } from "@berth/testing/temporary-folder";
import { expect, test } from "vitest";
import { layFile } from "./lay-file.ts";

const nobody: typeof fetch = () => Promise.reject(new Error("nobody is asked"));
const answering =
  (response: Response): typeof fetch =>
  () =>
    Promise.resolve(response);

function endless(): ReadableStream<Uint8Array> {
  return new ReadableStream({ pull: (controller) => controller.enqueue(new Uint8Array(65_536)) });
}

test("a text is written under its name, for this user alone", async () => {
  await using folder = await temporaryFolder();
  const source = { kind: "text", name: "app.py", text: "x = 1" } as const;
  const path = await layFile({ language: "python", source }, join(folder.path, "new"), nobody);
  expect(path).toBe(join(folder.path, "new", "app.py"));
  expect(await readFile(path, "utf8")).toBe("x = 1");
});

test("a path is taken as it is", async () => {
  const source = { kind: "path", path: "/srv/app.py" } as const;
  expect(await layFile({ language: "python", source }, "/nowhere", nobody)).toBe("/srv/app.py");
});

test.each([
  ["https://host/raw/app.py?token=1", "python", "app.py"],
  ["https://host/download", "python", "handler.py"],
  ["https://host/a.mjs", "typescript", "a.mjs"],
  ["https://host/", "typescript", "handler.ts"],
] as const)("%s in %s is written as %s", async (url, language, name) => {
  await using folder = await temporaryFolder();
  const path = await layFile(
    { language, source: { kind: "url", url } },
    folder.path,
    answering(new Response("x")),
  );
  expect(path).toBe(join(folder.path, name));
});

test.each([
  ["answers badly", answering(new Response("", { status: 404 })), "it answered 404"],
  ["is not there", nobody, "nobody is asked"],
  ["never ends", answering(new Response(endless())), "it is longer than 2097152 bytes"],
])("a URL that %s is told with its address", async (_, fetchUrl, words) => {
  await using folder = await temporaryFolder();
  const source = { kind: "url", url: "https://host/app.py" } as const;
  const laid = layFile({ language: "python", source }, folder.path, fetchUrl);
  await expect(laid).rejects.toThrow(`https://host/app.py: ${words}`);
});
