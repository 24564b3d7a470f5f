import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { OpenAI } from "openai";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Berth, cleanEnvironment, startBerth, top } from "../berth-process.ts";

const python = join(top, ".tools/venv-gradio/bin/python");
const script = join(import.meta.dirname, "gradio_app.py");
const password = "lab-password";

/** It ends when its input does. */
async function startApp(which: string, secret = ""): Promise<{ url: string; process: ChildProcess }> {
  const child = spawn(python, [script, which, secret], {
    env: cleanEnvironment({ GRADIO_ANALYTICS_ENABLED: "False" }),
    stdio: ["pipe", "pipe", "pipe"],
  });
  let said = "";
  child.stderr.on("data", (text: Buffer) => (said += text.toString()));
  const [line] = (await Promise.race([
    once(createInterface(child.stdout), "line"),
    once(child, "exit").then(([code]) =>
      Promise.reject(new Error(`the app ended with ${String(code)}: ${said}`)),
    ),
  ])) as [string];
  return { url: line.replace(/\/$/, ""), process: child };
}

describe.skipIf(!existsSync(python))("real Gradio apps", () => {
  let berth: Berth;
  let client: OpenAI;
  let apps: Awaited<ReturnType<typeof startApp>>[] = [];

  const add = async (name: string, provider: object): Promise<void> => {
    const body = JSON.stringify({ name, kind: "gradio", models: [{ name: `${name}-model` }], ...provider });
    const answer = await berth.fetch("/api/v1/providers", { method: "POST", body });
    expect([answer.status, answer.ok ? "" : await answer.text()]).toEqual([201, ""]);
  };

  beforeAll(async () => {
    berth = await startBerth({ demo: false });
    client = new OpenAI({ baseURL: `${berth.url}/v1`, apiKey: berth.adminKey, maxRetries: 0 });
    apps = await Promise.all([startApp("chat", password), startApp("settings"), startApp("functions")]);
    const [chat, settings, functions] = apps.map(({ url }) => url);
    await add("chat", {
      url: chat,
      auth: { kind: "basic", user: "lab" },
      credential: { kind: "stored", value: password },
    });
    await add("wrong", {
      url: chat,
      auth: { kind: "basic", user: "lab" },
      credential: { kind: "stored", value: "wrong-password" },
    });
    await add("settings", { url: settings });
    for (const name of ["shout", "fail", "talk"])
      await add(name, { url: functions, options: { apiName: `/${name}` } });
  });
  afterAll(async () => {
    for (const { process } of apps) {
      process.stdin?.end();
      if (process.exitCode === null) await once(process, "exit");
    }
    await berth?.dispose();
  });

  const ask = async (name: string, more: object = {}, question = "Grüße 🚀") => {
    const messages = [{ role: "user" as const, content: question }];
    const reply = await client.chat.completions.create({
      model: `${name}-model`,
      messages,
      ...more,
      stream: false,
    });
    return reply.choices[0]?.message.content;
  };

  const piecesOf = async (name: string): Promise<string[]> => {
    const messages = [{ role: "user" as const, content: "Grüße 🚀" }];
    const stream = await client.chat.completions.create({ model: `${name}-model`, messages, stream: true });
    const pieces: string[] = [];
    for await (const { choices } of stream) pieces.push(choices[0]?.delta.content ?? "");
    return pieces.filter((piece) => piece !== "");
  };

  test("a chat that wants a log-in streams, piece by piece", async () => {
    expect(await piecesOf("chat")).toEqual(["echo:", " ", "Grüße 🚀"]);
    expect(await ask("chat")).toBe("echo: Grüße 🚀");
  });

  test("inputs beside the message are set by what they are called", async () => {
    expect(await ask("settings")).toBe("You are friendly. 512 0.7 Grüße 🚀");
    const messages = [
      { role: "system", content: "Be brief." },
      { role: "user", content: "x" },
    ];
    expect(await ask("settings", { messages, max_tokens: 7, temperature: 0.5 })).toBe("Be brief. 7 0.5 x");
  });

  test("a function answers, and a text is continued by it", async () => {
    expect(await ask("shout", {}, "hello")).toBe("HELLO");
    const completion = await client.completions.create({ model: "shout-model", prompt: "hello" });
    expect(completion.choices[0]?.text).toBe("HELLO");
  });

  test("a conversation goes where there is a place for it, and is refused where there is none", async () => {
    const messages = [
      { role: "user", content: "one" },
      { role: "assistant", content: "two" },
      { role: "user", content: "three" },
    ];
    expect(await ask("talk", { messages })).toBe("heard one two three");
    expect(await piecesOf("talk")).toEqual(["heard Grüße 🚀"]);
    await expect(ask("shout", { messages })).rejects.toMatchObject({ status: 400, param: "messages" });
  });

  test.each([
    ["what the app says of its failure is told", "fail", "no such luck"],
    ["so is that a log-in is wrong", "wrong", "Incorrect credentials"],
  ])("%s", async (_, name, message) => {
    await expect(ask(name)).rejects.toMatchObject({ status: 502, message: expect.stringContaining(message) });
  });

  test("a field that an app has no input for is refused by its name", async () => {
    await expect(ask("chat", { temperature: 0.5 })).rejects.toMatchObject({
      status: 400,
      param: "temperature",
    });
  });
});
