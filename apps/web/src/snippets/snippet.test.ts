import { execFileSync, spawnSync } from "node:child_process";
import { expect, test } from "vitest";
import { exampleServiceCall } from "./example-call.ts";
import { snippet, type Call } from "./snippet.ts";

const nasty = [
  "plain",
  `it's "quoted" \\ and $HOME \`whoami\` !history`,
  "line\nbreak\ttab\r\u0000nul\u0007",
  "snow ☃ face 😀 lone \ud83d separators \u2028\u2029 del \u007f",
  "${template} </script> {port} %s",
];

const chat = (content: string): Call => ({
  baseUrl: "http://localhost:8000/v1",
  operation: "chat",
  model: "quiet-heron",
  body: {
    messages: [{ role: "user", content }],
    temperature: 0.2,
    stop: ["\n"],
    seed: 7,
    response_format: { type: "json_object" },
    logprobs: true,
    user: null,
  },
});

const sent = (call: Call): unknown =>
  JSON.parse(JSON.stringify({ model: call.model, ...call.body })) as unknown;

test.each(nasty)("a shell passes curl the very body, for %j", (content) => {
  const call = chat(content);
  // a function named curl stands before the program: the shell itself shows which words it would have passed
  const script = `BERTH_KEY=k; curl() { for word in "$@"; do printf '%s\\036' "$word"; done; }; ${snippet(call, "curl")}`;
  const words = execFileSync("sh", ["-c", script], { encoding: "utf8" }).split("\u001e");
  expect(words[0]).toBe("http://localhost:8000/v1/chat/completions");
  expect(words[2]).toBe("Authorization: Bearer k");
  expect(JSON.parse(words[words.indexOf("-d") + 1] ?? "")).toEqual(sent(call));
});

const hasPython = spawnSync("python3", ["--version"]).status === 0;

test.skipIf(!hasPython).each(nasty)("Python reads the very arguments, for %j", (content) => {
  const call = chat(content);
  const fake = [
    `import json, types, sys, os`,
    `os.environ["BERTH_KEY"] = "k"`,
    `class OpenAI:`,
    `    def __init__(self, **settings): self.chat = self.completions = self`,
    `    def create(self, **body):`,
    `        print(json.dumps(body)); sys.exit(0)`,
    `sys.modules["openai"] = types.SimpleNamespace(OpenAI=OpenAI)`,
  ].join("\n");
  const printed = execFileSync("python3", ["-c", `${fake}\n${snippet(call, "python")}`], {
    encoding: "utf8",
  });
  expect(JSON.parse(printed)).toEqual(sent(call));
});

test.each(nasty)("JavaScript reads the very arguments, for %j", async (content) => {
  const call = chat(content);
  const source = snippet(call, "typescript").replace(`import OpenAI from "openai";`, "");
  const AsyncFunction = (async () => {}).constructor as new (
    ...words: string[]
  ) => (...values: unknown[]) => Promise<void>;
  let body: unknown;
  class OpenAI {
    readonly chat = {
      completions: {
        create: (given: unknown) => {
          body = given;
          return Promise.resolve({ choices: [] });
        },
      },
    };
  }
  await new AsyncFunction("OpenAI", "console", source)(OpenAI, { log: () => undefined });
  expect(body).toEqual(sent(call));
});

const spoken = (prompt: string): Call => ({
  baseUrl: "http://localhost:8000/v1",
  operation: "transcription",
  model: "keen-warbler",
  body: { response_format: "verbose_json", prompt },
});

test.each(["plain", "@/etc/passwd", "it's $HOME; type=x", "<in"])(
  "a shell passes curl the very fields of a form, for %j",
  (prompt) => {
    const script = `BERTH_KEY=k; curl() { for word in "$@"; do printf '%s\\036' "$word"; done; }; ${snippet(spoken(prompt), "curl")}`;
    const words = execFileSync("sh", ["-c", script], { encoding: "utf8" }).split("\u001e");
    expect(words.slice(0, -1)).toEqual([
      "http://localhost:8000/v1/audio/transcriptions",
      "-H",
      "Authorization: Bearer k",
      "-F",
      "file=@speech.wav",
      "--form-string",
      "model=keen-warbler",
      "--form-string",
      "response_format=verbose_json",
      "--form-string",
      `prompt=${prompt}`,
    ]);
  },
);

test("programs send the file beside the fields", () => {
  expect(snippet(spoken("x"), "python")).toContain(
    'client.audio.transcriptions.create(\n    file=open("speech.wav", "rb"),\n    model="keen-warbler",',
  );
  expect(snippet(spoken("x"), "typescript")).toContain(
    '{ file: createReadStream("speech.wav"), ...{ model: "keen-warbler", response_format: "verbose_json"',
  );
});

test("a key never stands in a snippet", () => {
  for (const language of ["curl", "python", "typescript"] as const) {
    for (const operation of ["chat", "embeddings", "rerank", "transcription"] as const) {
      const text = snippet({ ...chat("hello"), operation }, language);
      expect(text).toContain("BERTH_KEY");
      expect(text).not.toContain("sk-berth");
    }
  }
});

test("a service's own port is the base address", () => {
  expect(snippet({ ...chat("hello"), baseUrl: "http://localhost:8083/v1" }, "curl")).toContain(
    "curl http://localhost:8083/v1/chat/completions",
  );
});

test("a pipeline is called beside OpenAI's paths, and names no model", () => {
  const service = { name: "masks", image: "pipeline", task: "fill-mask" } as const;
  const call = { ...exampleServiceCall(service), baseUrl: "http://localhost:8080/v1" };
  for (const language of ["curl", "python", "typescript"] as const) {
    const text = snippet(call, language);
    expect(text).toContain("http://localhost:8080/predict");
    expect(text).toContain("[MASK]");
    expect(text).not.toContain("masks");
  }
});
