import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startBerth, top, waitForService, type Berth } from "../berth-process.ts";
import { fixturePaths, known, launch } from "../demo-models.ts";

const python = join(top, ".tools/venv/bin/python");
const script = join(import.meta.dirname, "python_client.py");

describe.skipIf(!existsSync(python))("Python's openai client", () => {
  let berth: Berth;
  let seen: Record<string, unknown>;

  beforeAll(async () => {
    berth = await startBerth();
    await waitForService(berth, "pilot");
    await launch(berth, { name: "embedder", image: "embeddings", model: fixturePaths.embeddings });
    seen = JSON.parse(await runScript(berth)) as Record<string, unknown>;
  });
  afterAll(() => berth.dispose());

  test.for([
    ["chats", "chat", known.answer],
    ["streams", "stream", known.answer],
    ["is told the usage of a stream", "usage", expect.any(Number)],
    ["calls tools", "tool", ["get_weather", { city: known.toolCity }]],
    ["gets JSON of a schema", "json", known.extracted],
    ["embeds", "embedding", expect.any(Number)],
    ["lists models", "models", expect.arrayContaining(["berth/pilot", "pilot"])],
    ["raises NotFoundError for an unknown model", "unknown", ["NotFoundError", 404]],
    ["raises AuthenticationError for a wrong key", "wrong_key", ["AuthenticationError", 401]],
  ] as const)("%s", ([, field, expected]) => {
    expect(seen[field]).toEqual(expected);
  });
});

/** The key goes by standard input: argv is everybody's to read. */
function runScript(berth: Berth): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = execFile(python, [script, berth.url, JSON.stringify(known)], (error, stdout, stderr) =>
      error === null ? resolve(stdout) : reject(new Error(stderr, { cause: error })),
    );
    child.stdin?.end(`${berth.adminKey}\n`);
  });
}
