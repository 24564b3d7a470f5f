import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { seedDescription } from "@berth/testing/seed-description";
import { temporaryFolder } from "@berth/testing/temporary-folder";
import type { Job } from "@berth/api";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startBerth, type Berth } from "../berth-process.ts";
import { SeedRig } from "./seed-rig.ts";

/** Spirit's example, with what is harder: names that Python keeps for itself, objects in lists, and texts that end texts. */
const description = `${seedDescription}        class:
          type: integer
          default: 3
          description: 'it ends """ a text */ or '' so \\'
        copy:
          type: array
          items: { $ref: "#/components/schemas/Part" }
    Part:
      type: object
      description: "two\\nlines"
      required: [start]
      properties:
        start: { type: number }
        parts: { type: array, items: { $ref: "#/components/schemas/Part" } }
`;

let berth: Berth;
let rig: SeedRig;
const cleanUp = new AsyncDisposableStack();
let folder: string;
beforeAll(async () => {
  folder = cleanUp.use(await temporaryFolder()).path;
  await writeFile(join(folder, "api.yaml"), description);
  berth = await startBerth({ demo: false });
  cleanUp.defer(() => berth.dispose());
  rig = new SeedRig(berth);
});
afterAll(() => cleanUp.disposeAsync());

/** The skeleton in a folder of its own, as an endpoint; the user has added nothing but what `edit` does. */
async function deploy(
  name: string,
  words: readonly string[],
  edit: (handler: string) => string = (handler) => handler,
): Promise<void> {
  const dir = join(folder, "a user's", name);
  const { written } = await rig.told<{ written: string[] }>(
    "worker",
    "new",
    dir,
    "--input",
    join(folder, "api.yaml"),
    ...words,
  );
  const file = join(dir, written.find((each) => each.startsWith("handler.")) ?? "");
  await writeFile(file, edit(await readFile(file, "utf8")));
  await rig.berth("endpoint", "create", name, "--handler", file, "--there", "--deploy");
}

const full = { audio: "a.wav", class: 7, copy: [{ start: 1.5, parts: [{ start: 2 }] }] };

describe("a handler's skeleton", () => {
  test.each<[string, readonly string[], boolean]>([
    ["pydantic", [], false],
    ["dataclass", ["--data-type", "dataclass", "--handler-type", "async-generator"], true],
    ["typescript", ["--language", "typescript", "--handler-type", "async"], false],
    ["typescript-yields", ["--language", "typescript", "--handler-type", "generator"], true],
  ])("is written from a description, and runs as it is: %s", async (name, words, isStream) => {
    await deploy(name, words);
    const received = async (input: object): Promise<unknown> => {
      const asked = await rig.predict(`berth/${name}`, input);
      const answer: unknown = await asked.json();
      const [first] = isStream ? (answer as unknown[]) : [answer];
      return (first as { received: unknown }).received;
    };
    expect(await received({ audio: "a.wav" })).toMatchObject({ audio: "a.wav", model: null });
    expect(JSON.stringify(await received(full))).toMatch(/"class_?":7.*"start":1\.5.*"start":2/);

    const refused = await rig.predict(`berth/${name}`, { class: 1 });
    expect([refused.status, await refused.text()]).toEqual([422, expect.stringContaining("audio")]);

    const job = await rig.told<Job>("job", "submit", name, "--data", '{"audio":"j.wav"}', "--wait");
    expect(job.status).toBe("COMPLETED");
    expect(await rig.berth("job", "result", job.id)).toContain("j.wav");
    const failed = await rig.tried("job", "submit", name, "--data", "{}", "--wait");
    expect([failed.exitCode, failed.stderr]).toEqual([1, expect.stringContaining("audio")]);
  });

  test("in Python takes the body that Spirit's callers send, and has the packages that its file names", async () => {
    await deploy("packages", ["--handler-type", "async"], (handler) =>
      handler
        .replace("python_requirements = []", 'python_requirements = ["iniconfig==2.0.0"]')
        .replace("from model import", "import iniconfig\nfrom model import"),
    );
    const asked = await rig.predict("berth/packages", {
      input: { audio: "b.wav" },
      webhook: "https://host/",
    });
    expect(await asked.json()).toMatchObject({ received: { audio: "b.wav" } });
  });
});
