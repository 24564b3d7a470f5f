import { chmod, chown, mkdir, readdir, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import fc from "fast-check";
import { expect, test } from "vitest";
import { launchFiles } from "@berth/api";
import { scriptedEngine } from "@berth/testing/scripted-engine";
import { observeUntil, patience } from "../conformance/place.ts";
import { LocalPlace, secret } from "../test/local-place.ts";

test("the directory and all in it belong to their user alone", async () => {
  await using place = new LocalPlace();
  const launcher = place.launcher();
  const request = place.request({ kind: "serve", lines: 1 });
  await launcher.launch(request, patience);
  await observeUntil(launcher, request, "running", "ready");
  for (const path of [place.launchesDir, place.dir(request)])
    expect((await stat(path)).mode & 0o777).toBe(0o700);
  for (const name of (await readdir(place.dir(request))).filter((name) => name !== launchFiles.engineSocket))
    expect({ name, mode: (await stat(join(place.dir(request), name))).mode & 0o777 }).toEqual({
      name,
      mode: 0o600,
    });
});

const ownUid = process.getuid?.() ?? 0;
const nobody = 65_534;

test.each<[string, number, number]>([
  ["may be written by others", 0o770, ownUid],
  // only root can give a folder away
  ...(ownUid === 0 ? [["belongs to another user", 0o700, nobody] satisfies [string, number, number]] : []),
])("nothing is launched where the launches' folder %s", async (_, mode, uid) => {
  await using place = new LocalPlace();
  await mkdir(place.launchesDir);
  await chmod(place.launchesDir, mode);
  await chown(place.launchesDir, uid, process.getgid?.() ?? 0);
  const request = place.request({ kind: "serve", lines: 1 });
  await expect(place.launcher().launch(request, patience)).rejects.toMatchObject({ code: "unprocessable" });
  expect(await readdir(place.launchesDir)).toEqual([]);
});

test.runIf(process.platform === "linux")(
  "neither secrets nor the server's tokens show in what processes are told",
  async () => {
    await using place = new LocalPlace();
    const launcher = place.launcher({ env: { ...process.env, HF_TOKEN: "hf_a_token" } });
    const request = place.request({ kind: "serve", lines: 1 });
    await launcher.launch(request, patience);
    await observeUntil(launcher, request, "running", "ready");
    const { runner, engine } = await place.state(request);
    for (const pid of [runner.pid, engine?.pid])
      for (const file of ["cmdline", "environ"]) {
        const told = await readFile(`/proc/${pid}/${file}`, "utf8");
        expect(told).not.toContain(secret);
        expect(told).not.toContain("hf_a_token");
      }
    for (const name of [launchFiles.runnerLog, launchFiles.engineLog, launchFiles.state, launchFiles.claim])
      expect(await readFile(join(place.dir(request), name), "utf8")).not.toContain(secret);
  },
);

/** What shells, formats and terminals make something else of. */
const trickyWords = [
  "",
  " ",
  "'",
  '"',
  "\\",
  "$(id)",
  "`id`",
  "${HOME}",
  "$HOME",
  "*",
  "~",
  "\n",
  "\r\n",
  "\t",
  ";",
  "&&",
  "|",
  "--",
  "-",
  "{",
  "}",
  "{}",
  "{model}",
  "{PORT}",
  "%s",
  "!",
  "#",
  "ü",
  "日本語",
  "👩‍🚀",
  "\u202e",
  "\u0301",
  "\x1b[31m",
  "\u007f",
];

test("words reach the program as they were given, whatever they hold", { timeout: 60_000 }, async () => {
  await using place = new LocalPlace();
  const launcher = place.launcher();
  const text = fc.string({ unit: "grapheme", maxLength: 12 }).filter((word) => !word.includes("\0"));
  const word = fc
    .array(fc.oneof(fc.constantFrom(...trickyWords), text), { maxLength: 4 })
    .map((parts) => parts.join(""))
    .filter((made) => !/\{(port|socket|key)\}/.test(made));
  await fc.assert(
    fc.asyncProperty(fc.array(word, { minLength: 1, maxLength: 8 }), async (words) => {
      const request = place.requestCommand([
        ...scriptedEngine,
        "--print-words",
        "--exit-code",
        "0",
        "--",
        ...words,
      ]);
      await launcher.launch(request, patience);
      await observeUntil(launcher, request, "exited");
      let log = "";
      for await (const part of launcher.logs(request, { follow: false }, patience)) log += part;
      expect(JSON.parse(log)).toEqual(words);
    }),
    { numRuns: 15, examples: [[["$(touch /tmp/x)", "a b", "'\"", "line\nbreak", "日本語", ""]]] },
  );
});
