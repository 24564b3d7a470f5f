import { mkdir, mkdtempDisposable, readFile, readdir, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { runBerth, type RunOptions } from "../../test/run-berth.ts";

const description = JSON.stringify({
  type: "object",
  required: ["prompt"],
  properties: { prompt: { type: "string" } },
});

async function folderWith(files: Readonly<Record<string, string>>) {
  const folder = await mkdtempDisposable(join(tmpdir(), "berth-new-"));
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder.path, name), text);
  const run = (words: readonly string[], options: RunOptions = {}) =>
    runBerth(["worker", "new", ...words], { cwd: folder.path, ...options });
  const text = (name: string) => readFile(join(folder.path, name), "utf8");
  return { path: folder.path, run, text, [Symbol.asyncDispose]: () => folder[Symbol.asyncDispose]() };
}

test("a skeleton is written from api.json, in Python, into a folder that is made", async () => {
  await using folder = await folderWith({ "api.json": description });
  const { code, stdout } = await folder.run(["a b/Shout It"]);
  const dir = join(folder.path, "a b/Shout It");
  expect([code, stdout]).toEqual([0, `✔ Wrote model.py, handler.py, README.md, api.json in ${dir}\n`]);
  expect(await folder.text("a b/Shout It/model.py")).toContain("    prompt: str\n");
  expect(await folder.text("a b/Shout It/README.md")).toContain("--name shout-it ");
  expect(await folder.text("a b/Shout It/api.json")).toBe(description);
});

test("what was there before stays, and is told; the model is made anew", async () => {
  await using folder = await folderWith({ "api.json": description, "README.md": "mine" });
  const first = await folder.run(["--language", "typescript", "--json"]);
  expect(JSON.parse(first.stdout)).toEqual({
    directory: folder.path,
    written: ["model.ts", "handler.ts"],
    left: ["README.md"],
  });
  await writeFile(join(folder.path, "handler.ts"), "// mine");
  await writeFile(join(folder.path, "api.json"), description.replaceAll("prompt", "question"));
  const again = await folder.run(["--language", "typescript"]);
  expect([again.code, again.stderr]).toEqual([
    0,
    "handler.ts, README.md: there before, and left as they are.\n",
  ]);
  expect(await folder.text("model.ts")).toContain("question: string;");
  expect([await folder.text("handler.ts"), await folder.text("README.md")]).toEqual(["// mine", "mine"]);
});

test("--model-only writes the model alone, also from standard input", async () => {
  await using folder = await folderWith({});
  const { code } = await folder.run(["out", "--model-only", "--input", "-"], { stdin: description });
  expect([code, await readdir(join(folder.path, "out"))]).toEqual([0, ["model.py"]]);
});

test("the command in the model's first lines makes it anew", async () => {
  await using folder = await folderWith({ "it's.json": description });
  await folder.run(["--input", "it's.json", "--data-type", "dataclass"]);
  const before = await folder.text("model.py");
  expect(before).toContain(
    String.raw`--input 'it'\''s.json' --language python --data-type dataclass --model-only`,
  );
  await folder.run([
    "--input",
    "it's.json",
    "--language",
    "python",
    "--data-type",
    "dataclass",
    "--model-only",
  ]);
  expect(await folder.text("model.py")).toBe(before);
});

describe("refused, with nothing written", () => {
  test.each<[string, readonly string[], number, string]>([
    [
      "no description",
      [],
      2,
      "there is no api.yaml, api.yml or api.json here; name the description: --input FILE",
    ],
    ["one that is not there", ["--input", "no.yaml"], 2, "there is no file no.yaml"],
    ["one that is a folder", ["--input", "."], 2, ". cannot be read"],
    ["one that is no text", ["--input", "bytes"], 2, "bytes cannot be read"],
    [
      "one that cannot be read as said",
      ["--input", "s.json", "--input-type", "csv"],
      2,
      "s.json: this is no CSV",
    ],
    ["a type that is none", ["--input", "s.json", "--input-type", "xml"], 2, "graphql"],
    [
      "pydantic of TypeScript",
      ["--input", "s.json", "--language", "typescript", "--data-type", "pydantic"],
      2,
      "--data-type is of Python",
    ],
    [
      "a description that is in the way",
      ["--input", "model.py"],
      2,
      "model.py: the skeleton has a file of this name",
    ],
    ["somebody's own model", ["own", "--input", "s.json"], 1, "was not made by berth worker new"],
    ["a folder that is a file", ["s.json", "--input", "s.json"], 1, "s.json"],
  ])("%s", async (_, words, code, told) => {
    await using folder = await folderWith({ "s.json": description, "model.py": "{'a': 1}" });
    await writeFile(join(folder.path, "bytes"), Buffer.from([0xff, 0xfe, 0x00]));
    await mkdir(join(folder.path, "own"));
    await writeFile(join(folder.path, "own/model.py"), "class Mine: ...");
    const before = await readdir(folder.path, { recursive: true });
    const ran = await folder.run(words);
    expect([ran.code, ran.stderr]).toEqual([code, expect.stringContaining(told)]);
    expect(await readdir(folder.path, { recursive: true })).toEqual(before);
  });
});

test("a link to nowhere is left alone", async () => {
  await using folder = await folderWith({ "api.json": description });
  await symlink("nowhere.py", join(folder.path, "handler.py"));
  const { code, stderr } = await folder.run([]);
  expect([code, stderr]).toEqual([
    0,
    expect.stringContaining("handler.py: there before, and left as it is."),
  ]);
  expect(await readdir(folder.path)).not.toContain("nowhere.py");
});

test.each([
  [["--la"], "--language"],
  [["--language", ""], "python\ntypescript"],
  [["--input", ""], ":files"],
])("%j is completed", async (words, completed) => {
  const { stdout } = await runBerth(["__complete", "--", "worker", "new", ...words]);
  const offered = stdout
    .trimEnd()
    .split("\n")
    .map((line) => line.split("\t")[0]);
  expect(offered.join("\n")).toBe(completed);
});
