import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import type { IncomingMessage, ServerResponse } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startRig } from "../test/rig.ts";
import { sampleService } from "../test/samples.ts";

let folder: string;
let audio: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "berth-transcribe-"));
  audio = join(folder, "talk.mp3");
  await writeFile(audio, "not really audio");
});
afterAll(() => rm(folder, { recursive: true }));

const ears = sampleService({ name: "ears", image: "speech-recognition" });
const segments = [
  { id: 0, start: 0, end: 1.5, text: " Hello there." },
  { id: 1, start: 31, end: 33, text: " Goodbye." },
];
const done = {
  type: "transcript.text.done",
  task: "transcribe",
  language: "english",
  duration: 60,
  text: "Hello there. Goodbye.",
  segments,
  usage: { type: "duration", seconds: 60 },
};

/** An engine that hears two pieces, and what it was sent. */
function engine(last: object = done) {
  const asked: { url: string; form: string }[] = [];
  const answer = (request: IncomingMessage, response: ServerResponse, form: string): void => {
    asked.push({ url: request.url ?? "", form });
    if (request.url === "/v1/audio/translations") return void response.end(JSON.stringify(done));
    response.writeHead(200, { "content-type": "text/event-stream" });
    for (const [at, { text }] of segments.entries()) {
      const progress = { seconds: 30 * (at + 1), duration: 60 };
      response.write(`data: ${JSON.stringify({ type: "transcript.text.delta", delta: text, progress })}\n\n`);
    }
    response.end(`data: ${JSON.stringify(last)}\n\n`);
  };
  return { asked, answer };
}

const services = (...data: readonly ReturnType<typeof sampleService>[]) => ({
  listServices: () => ({ data: [...data, sampleService()] }),
});

test("the text comes alone on standard output, by the only service that hears", async () => {
  const { asked, answer } = engine();
  await using rig = await startRig(services(ears), answer);
  const run = await rig.run(["transcribe", audio, "--language", "en", "--prompt", "Berth"]);
  expect(run).toMatchObject({ code: 0, stdout: "Hello there. Goodbye.\n" });
  expect(asked[0]?.url).toBe("/v1/audio/transcriptions");
  for (const field of [
    '"model"\r\n\r\nears',
    '"language"\r\n\r\nen',
    '"prompt"\r\n\r\nBerth',
    "not really audio",
  ])
    expect(asked[0]?.form).toContain(field);
});

describe("forms", () => {
  test.each([
    [
      "srt",
      "1\n00:00:00,000 --> 00:00:01,500\nHello there.\n\n2\n00:00:31,000 --> 00:00:33,000\nGoodbye.\n\n",
    ],
    [
      "vtt",
      "WEBVTT\n\n00:00:00.000 --> 00:00:01.500\nHello there.\n\n00:00:31.000 --> 00:00:33.000\nGoodbye.\n\n",
    ],
    ["json", `${JSON.stringify({ text: done.text, usage: done.usage }, undefined, 2)}\n`],
  ])("--format %s", async (format, text) => {
    const { answer } = engine();
    await using rig = await startRig(services(ears), answer);
    expect(await rig.run(["transcribe", audio, "--format", format])).toMatchObject({ code: 0, stdout: text });
  });

  test("--json is all of it", async () => {
    const { answer } = engine();
    await using rig = await startRig(services(ears), answer);
    const { stdout } = await rig.run(["transcribe", audio, "--json"]);
    expect(JSON.parse(stdout)).toEqual({ ...done, type: undefined });
  });

  test("--output's ending chooses, and progress goes to standard error", async () => {
    const { answer } = engine();
    await using rig = await startRig(services(ears), answer);
    const output = join(folder, "talk.srt");
    const run = await rig.run(["transcribe", audio, "-o", output]);
    expect(run).toMatchObject({ code: 0, stdout: `✔ Wrote ${output}\n` });
    expect(run.stderr).toContain("talk.mp3: 50 %\ntalk.mp3: 100 %\n");
    expect(await readFile(output, "utf8")).toContain("00:00:31,000 --> 00:00:33,000\nGoodbye.");
  });

  test("--translate asks for English", async () => {
    const { asked, answer } = engine();
    await using rig = await startRig(services(ears), answer);
    const { stdout } = await rig.run(["transcribe", audio, "--translate"]);
    expect([asked[0]?.url, stdout]).toEqual(["/v1/audio/translations", "Hello there. Goodbye.\n"]);
  });
});

describe("what is refused", () => {
  const second = sampleService({ name: "ears-2", image: "speech-recognition" });
  test.each([
    ["a file that is not there", [ears], ["/nonexistent.mp3"], 2, "cannot be read: ENOENT"],
    ["nobody who hears", [], [], 5, "berth run speech-recognition MODEL"],
    ["several who do", [ears, second], [], 2, "there is ears, ears-2"],
    ["a form that there is not", [ears], ["--format", "xml"], 2, "Allowed choices are text, srt"],
  ] as const)("%s", async (_, list, words, code, said) => {
    const { asked, answer } = engine();
    await using rig = await startRig(services(...list), answer);
    const named = words[0]?.startsWith("/") === true ? words : [audio, ...words];
    const run = await rig.run(["transcribe", ...named]);
    expect([run.code, run.stderr]).toEqual([code, expect.stringContaining(said) as string]);
    expect(asked).toEqual([]);
  });

  test("an answer that breaks off is a failure", async () => {
    const { answer } = engine({ error: { message: "the engine died", code: "engine_died" } });
    await using rig = await startRig(services(ears), answer);
    const { code, stderr } = await rig.run(["transcribe", audio, "-o", join(folder, "never.txt")]);
    expect([code, stderr]).toEqual([1, expect.stringContaining("berth: the engine died") as string]);
    await expect(readFile(join(folder, "never.txt"))).rejects.toThrow("ENOENT");
  });
});
