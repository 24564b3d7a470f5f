import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Endpoint, Job, Key } from "@berth/api";
import { demoModelFile } from "@berth/demo-model";
import { OpenAI } from "openai";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startBerth, type Berth } from "../berth-process.ts";
import { known } from "../demo-models.ts";
import { SeedRig, startGate } from "./seed-rig.ts";

let berth: Berth;
let rig: SeedRig;
let chat: Endpoint;
/** Good for the model `csc/poro` alone. */
let token: string;

beforeAll(async () => {
  berth = await startBerth({ demo: false });
  rig = new SeedRig(berth);
  chat = await rig.deployed("poro", {
    owner: "csc",
    description: "A model that talks about bears",
    template: { model: demoModelFile },
  });
  const text = await readFile(join(import.meta.dirname, "files/read.ts"), "utf8");
  await rig.deployed("reader", {
    template: {
      image: "handler",
      handler: { language: "typescript", source: { kind: "text", name: "read.ts", text } },
    },
  });
  token = (await rig.berth("key", "create", "bears", "--model", "csc/poro", "--expires", "90d")).trim();
});
afterAll(() => berth.dispose());

async function begin(input: object): Promise<Job> {
  return rig.told<Job>("job", "submit", "reader", "--data", JSON.stringify(input));
}

const resultOf = (id: string) => berth.fetch(`/api/v1/jobs/${id}/result`);
const hasEnded = ({ status }: Job): boolean => status !== "QUEUED" && status !== "RUNNING";

describe("a token for one model", () => {
  const ask = (path: string, init: RequestInit = {}) =>
    berth.fetch(path, { ...init, headers: { authorization: `Bearer ${token}` } });

  test("lists that model, and no other", async () => {
    const listed = (await (await ask("/v1/models")).json()) as { data: { id: string }[] };
    expect(new Set(listed.data.map(({ id }) => id))).toEqual(new Set(["csc/poro", "poro"]));
  });

  test("loads it by its id; of another it is told that there is none", async () => {
    expect(await (await ask("/v1/models/csc/poro")).json()).toMatchObject({
      id: "csc/poro",
      task: "text-generation",
      description: "A model that talks about bears",
    });
    expect((await ask("/v1/models/reader")).status).toBe(404);
    expect((await ask("/e/berth/reader/predict", { method: "POST", body: "{}" })).status).toBe(403);
  });

  test("has an end that can be put off, and without it nothing is told", async () => {
    const own = async () => (await (await ask("/api/v1/key")).json()) as Key;
    const { expiresAt } = await own();
    expect(expiresAt).toBeGreaterThan(Date.now());
    await rig.berth("key", "update", "bears", "--expires", "180d");
    expect((await own()).expiresAt).toBeGreaterThan(expiresAt ?? Infinity);
    expect((await fetch(`${berth.url}/v1/models`)).status).toBe(401);
  });

  test("chats with OpenAI's client at the model's own address, at once or as a stream", async () => {
    const client = new OpenAI({
      apiKey: token,
      baseURL: new URL(chat.paths.openai, berth.url).href,
      maxRetries: 0,
    });
    const messages = [{ role: "user" as const, content: known.question }];
    const asked = { model: "csc/poro", messages, max_tokens: 64, temperature: 0 };
    const whole = await client.chat.completions.create({ ...asked, stream: false });
    expect(whole.choices[0]).toMatchObject({ message: { content: known.answer }, finish_reason: "stop" });
    const pieces = await Array.fromAsync(await client.chat.completions.create({ ...asked, stream: true }));
    expect(pieces.map(({ choices }) => choices[0]?.delta.content ?? "").join("")).toBe(known.answer);
  });
});

describe("an inference is a job that", () => {
  test("is asked how far it is, has no result before its end, and then has it", async () => {
    await using gate = await startGate();
    const { id } = await begin({ text: "a novel about bears", gate: gate.url, counts: true });
    const running = await rig.job(id, "at its first step", ({ progress }) => progress !== null);
    expect(running).toMatchObject({ status: "RUNNING", progress: { done: 1, total: 3, message: "reads" } });
    const early = await resultOf(id);
    expect([early.status, await early.text()]).toMatchObject([409, expect.stringContaining("RUNNING")]);
    gate.open();
    const ended = await rig.job(id, "done", hasEnded);
    expect(ended).toMatchObject({ status: "COMPLETED", progress: { done: 3, total: 3 }, error: null });
    expect(JSON.parse(await rig.berth("job", "result", id))).toEqual({ words: 4 });
  });

  test("has no progress where the handler tells none", async () => {
    await using gate = await startGate();
    const { id } = await begin({ text: "bears", gate: gate.url });
    expect(await rig.job(id, "begun", ({ status }) => status === "RUNNING")).toMatchObject({
      progress: null,
    });
    gate.open();
    expect(await rig.job(id, "done", hasEnded)).toMatchObject({ status: "COMPLETED", progress: null });
  });

  test("fails with the handler's words, where its result would be", async () => {
    const { id } = await begin({ text: "" });
    expect(await rig.job(id, "done", hasEnded)).toMatchObject({
      status: "FAILED",
      error: { code: "no_text", message: "there is nothing to read" },
    });
    const asked = await rig.tried("job", "result", id);
    expect([asked.exitCode, asked.stderr]).toMatchObject([
      1,
      expect.stringContaining("there is nothing to read"),
    ]);
  });

  test("is waited for in one call", async () => {
    const data = JSON.stringify({ text: "a novel" });
    expect(JSON.parse(await rig.berth("job", "submit", "reader", "--data", data, "--wait"))).toEqual({
      words: 2,
    });
    const { id } = await begin({ text: "a" });
    const waited = await berth.fetch(`/api/v1/jobs/${id}/result?wait=60`);
    expect(await waited.json()).toEqual({ words: 1 });
  });
});
