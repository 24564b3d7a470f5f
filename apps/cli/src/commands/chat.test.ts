import type { IncomingMessage, ServerResponse } from "node:http";
import { describe, expect, test } from "vitest";
import { sampleService } from "../test/samples.ts";
import { startRig } from "../test/rig.ts";
import { hasTerminal } from "../test/run-berth.ts";

interface Said {
  readonly model: string;
  readonly messages: readonly { readonly role: string; readonly content: string }[];
  readonly temperature?: number;
  readonly max_tokens?: number;
}

/** An engine that answers with these pieces, and what it was asked. */
function engine(pieces: readonly string[], end = "data: [DONE]\n\n") {
  const asked: Said[] = [];
  const answer = (_: IncomingMessage, response: ServerResponse, body: string): void => {
    asked.push(JSON.parse(body) as Said);
    response.writeHead(200, { "content-type": "text/event-stream" });
    response.write(": held until the service is healthy\n\n");
    for (const content of pieces) {
      response.write(`data: ${JSON.stringify({ choices: [{ index: 0, delta: { content } }] })}\n\n`);
    }
    response.end(
      `data: {"choices":[],"usage":{"prompt_tokens":3,"completion_tokens":2,"total_tokens":5}}\n\n${end}`,
    );
  };
  return { asked, answer };
}

describe("one answer", () => {
  test("to --message: the answer alone on standard output", async () => {
    const { asked, answer } = engine(["Hello", " there"]);
    await using rig = await startRig({}, answer);
    const words = ["chat", "pilot", "-m", "Hi", "-s", "Be short.", "-t", "0", "--max-tokens", "9"];
    expect(await rig.run(words)).toMatchObject({
      code: 0,
      stdout: "Hello there\n",
      stderr: "waiting for the model\n",
    });
    expect(asked[0]).toMatchObject({
      model: "pilot",
      temperature: 0,
      max_tokens: 9,
      messages: [
        { role: "system", content: "Be short." },
        { role: "user", content: "Hi" },
      ],
    });
  });

  test("to standard input, whole", async () => {
    const { asked, answer } = engine(["ok"]);
    await using rig = await startRig({}, answer);
    expect((await rig.run(["chat", "pilot"], { stdin: "two\nlines\n" })).stdout).toBe("ok\n");
    expect(asked[0]?.messages).toEqual([{ role: "user", content: "two\nlines" }]);
  });

  test("--json tells how it came", async () => {
    const { answer } = engine(["Hello", " there"]);
    await using rig = await startRig({}, answer);
    const { stdout } = await rig.run(["chat", "pilot", "-m", "Hi", "--json"]);
    expect(JSON.parse(stdout)).toMatchObject({
      model: "pilot",
      content: "Hello there",
      usage: { completion_tokens: 2 },
      completionTokens: 2,
    });
  });

  test("an answer that breaks off is a failure, after what came", async () => {
    const { answer } = engine(
      ["Hel"],
      'data: {"error":{"message":"the engine died","code":"engine_died"}}\n\n',
    );
    await using rig = await startRig({}, answer);
    const { code, stdout, stderr } = await rig.run(["chat", "pilot", "-m", "Hi"]);
    expect([code, stdout]).toEqual([1, "Hel"]);
    expect(stderr).toContain("berth: the engine died\n");
  });

  test("nothing to ask is a wrong command line", async () => {
    await using rig = await startRig({});
    expect((await rig.run(["chat", "pilot"], { stdin: "" })).code).toBe(2);
  });
});

describe("without a model named", () => {
  const services = (...names: string[]) => ({
    listServices: () => ({ data: names.map((name) => sampleService({ name })) }),
  });

  test("the only one running is taken", async () => {
    const { asked, answer } = engine(["ok"]);
    await using rig = await startRig(services("pilot"), answer);
    await rig.run(["chat", "-m", "Hi"]);
    expect(asked[0]?.model).toBe("pilot");
  });

  test("of several one must be named", async () => {
    await using rig = await startRig(services("pilot", "other"));
    expect(await rig.run(["chat", "-m", "Hi"])).toMatchObject({
      code: 2,
      stderr: "berth: name the model to talk to; there is pilot, other\n",
    });
  });

  test("with none running, how to launch one is told", async () => {
    await using rig = await startRig(services());
    const { code, stderr } = await rig.run(["chat", "-m", "Hi"]);
    expect(code).toBe(5);
    expect(stderr).toContain("berth run text-generation MODEL");
  });
});

describe.skipIf(!hasTerminal)("a conversation at a terminal", () => {
  test("keeps its history, sets the system prompt, forgets, and shows how fast it was", async () => {
    const { asked, answer } = engine(["Hello", " there"]);
    await using rig = await startRig({}, answer);
    const typed = ["Hi", "Again", "/system Be short.", "/reset", "Anew", "/sytem", "/exit", ""].join("\r");
    const { code, stdout } = await rig.runAtTerminal(["chat", "pilot"], 80, { stdin: typed });
    expect(code).toBe(0);
    expect(asked.map(({ messages }) => messages.map(({ role, content }) => `${role}: ${content}`))).toEqual([
      ["user: Hi"],
      ["user: Hi", "assistant: Hello there", "user: Again"],
      ["system: Be short.", "user: Anew"],
    ]);
    expect(stdout).toMatch(/Hello there\r\n2 tokens/);
    expect(stdout).toContain("No command /sytem (did you mean /system?); /help lists them.");
  });

  test("an answer that fails is told, its question forgotten, and the conversation goes on", async () => {
    const { asked, answer } = engine(
      ["Hel"],
      'data: {"error":{"message":"the engine died","code":"engine_died"}}\n\n',
    );
    await using rig = await startRig({}, answer);
    const { code, stdout } = await rig.runAtTerminal(["chat", "pilot"], 80, { stdin: "Hi\rAgain\r/exit\r" });
    expect(code).toBe(0);
    expect(stdout).toContain("berth: the engine died");
    expect(asked[1]?.messages).toEqual([{ role: "user", content: "Again" }]);
  });

  test("lines between two fences are one message", async () => {
    const { asked, answer } = engine(["ok"]);
    await using rig = await startRig({}, answer);
    await rig.runAtTerminal(["chat", "pilot"], 80, { stdin: '"""\rone\rtwo"""\r/exit\r' });
    expect(asked[0]?.messages).toEqual([{ role: "user", content: "one\ntwo" }]);
  });
});
