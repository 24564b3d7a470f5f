import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startBerth, top, waitForService, type Berth } from "../berth-process.ts";
import { fixturePaths, known, launch } from "../demo-models.ts";

const python = join(top, ".tools/venv/bin/python");
const script = join(import.meta.dirname, "other_apis.py");

describe.skipIf(!existsSync(python))("Python's clients of other systems", () => {
  let berth: Berth;
  let seen: Record<string, unknown>;

  beforeAll(async () => {
    berth = await startBerth();
    const { port } = await waitForService(berth, "pilot");
    await launch(berth, { name: "embedder", image: "embeddings", model: fixturePaths.embeddings });
    seen = JSON.parse(await runScript(berth, String(port))) as Record<string, unknown>;
  });
  afterAll(() => berth.dispose());

  test.for([
    ["anthropic chats", "anthropic_chat", known.answer],
    ["anthropic streams", "anthropic_stream", [known.answer, known.answer, "end_turn"]],
    [
      "anthropic calls tools, and answers with what they return",
      "anthropic_tool",
      ["tool_use", "get_weather", { city: known.toolCity }, true],
    ],
    ["anthropic lists models", "anthropic_models", expect.arrayContaining(["pilot", "embedder"])],
    ["anthropic raises NotFoundError for an unknown model", "anthropic_unknown", ["NotFoundError", 404]],
    [
      "anthropic raises AuthenticationError for a wrong key",
      "anthropic_wrong_key",
      ["AuthenticationError", 401],
    ],
    ["ollama chats", "ollama_chat", known.answer],
    ["ollama streams", "ollama_stream", known.answer],
    ["ollama is told how a stream ended", "ollama_done", ["stop", expect.any(Number)]],
    ["ollama calls tools", "ollama_tool", ["get_weather", { city: known.toolCity }]],
    ["ollama generates", "ollama_generate", known.answer],
    ["ollama gets JSON of a schema", "ollama_json", known.extracted],
    ["ollama embeds", "ollama_embed", 2],
    ["ollama lists models", "ollama_models", expect.arrayContaining(["pilot", "embedder"])],
    ["ollama shows a model", "ollama_show", ["embedding"]],
    ["ollama raises ResponseError for an unknown model", "ollama_unknown", ["ResponseError", 404]],
    ["text_generation generates", "tgi_generate", [expect.stringMatching(/\S/), "length", 3]],
    [
      "text_generation streams",
      "tgi_stream",
      [expect.stringMatching(/\S/), expect.stringMatching(/^The capital of./), "length"],
    ],
    [
      "text_generation raises ValidationError for what only TGI can do",
      "tgi_wrong",
      ["ValidationError", null],
    ],
  ] as const)("%s", ([, field, expected]) => {
    expect(seen[field]).toEqual(expected);
  });
});

/** The key goes by standard input: argv is everybody's to read. */
function runScript(berth: Berth, port: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = execFile(
      python,
      [script, berth.url, port, JSON.stringify(known)],
      (error, stdout, stderr) =>
        error === null ? resolve(stdout) : reject(new Error(stderr, { cause: error })),
    );
    child.stdin?.end(`${berth.adminKey}\n`);
  });
}
