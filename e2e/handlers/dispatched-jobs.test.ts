import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Job, JobStreamEvent } from "@berth/api";
import { readSse } from "@berth/std/sse-reader";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startBerth, type Berth } from "../berth-process.ts";
import { EndpointRig } from "../endpoints/endpoint-rig.ts";

let berth: Berth;
let rig: EndpointRig;

beforeAll(async () => {
  berth = await startBerth({ demo: false });
  rig = new EndpointRig(berth);
});
afterAll(() => berth.dispose());

const submit = (name: string, input: unknown): Promise<Job> =>
  rig.call("POST", `/api/v1/endpoints/${name}/jobs`, { input });

/** What the job streams, to its end. */
async function* followed(id: string): AsyncGenerator<JobStreamEvent> {
  const response = await berth.fetch(`/api/v1/jobs/${id}/stream`);
  if (!response.ok || response.body === null) throw new Error(`no stream: ${response.status}`);
  for await (const { data } of readSse(response.body)) yield JSON.parse(data) as JobStreamEvent;
}

/** Its job once it has ended. */
async function ended(id: string): Promise<Job> {
  for await (const event of followed(id)) if (event.type === "end") return event.job;
  throw new Error(`the stream of job ${id} has no end`);
}

async function result(id: string): Promise<Response> {
  return berth.fetch(`/api/v1/jobs/${id}/result`);
}

describe.each([
  ["typescript", "patient.ts", '{"plain":[1,2],"large":1e+21}'],
  ["python", "patient.py", '{"plain":[1,2],"large":100000000000000000000}'],
])("a job of a handler in %s", (language, file, plain) => {
  beforeAll(async () => {
    const text = await readFile(join(import.meta.dirname, "files", file), "utf8");
    const template = { handler: { language, source: { kind: "text", name: file, text } } };
    // one that waits for another, which is called meanwhile
    await rig.deployed(language, { template, scaling: { min: 1, concurrency: 2 } });
  });

  test("streams what a generator yields, and how far it is, while it runs", async () => {
    const { id } = await submit(language, { values: 3 });
    const values: unknown[] = [];
    let whileItRan: JobStreamEvent | undefined;
    for await (const event of followed(id)) {
      if (event.type === "value") values.push(event.value);
      if (event.type === "progress" && event.progress !== null) whileItRan ??= event;
      if (event.type === "value" && values.length === 1) expect(event.value).toEqual({ number: 0 });
      // it goes on only now that both are here
      if (values.length === 1 && whileItRan !== undefined) await submit(language, { go: true, mode: "go" });
      if (event.type === "end") expect(event.job).toMatchObject({ status: "COMPLETED", attempts: 1 });
    }
    expect(whileItRan).toMatchObject({
      status: "RUNNING",
      progress: { done: 0, total: 3, message: "patient" },
    });
    expect(values).toEqual([{ number: 0 }, { number: 1 }, { number: 2 }]);
    expect(await (await result(id)).json()).toEqual(values);
  });

  test("has exactly what a plain one returned", async () => {
    const { id } = await submit(language, {});
    expect(await ended(id)).toMatchObject({ status: "COMPLETED", progress: null });
    expect(await (await result(id)).text()).toBe(plain);
  });

  if (language === "python") {
    test("has what it returned after it had told progress", async () => {
      const { id } = await submit(language, { mode: "half" });
      expect(await ended(id)).toMatchObject({ status: "COMPLETED", progress: { done: 1, total: 2 } });
      expect(await (await result(id)).json()).toEqual({ plain: [1, 2], large: 1e20 });
    });

    test("has a response of its own, also after progress", async () => {
      const { id } = await submit(language, { mode: "told" });
      expect(await ended(id)).toMatchObject({ status: "COMPLETED", progress: { done: 1, total: 2 } });
      const given = await result(id);
      expect([given.headers.get("content-type"), await given.text()]).toEqual([
        expect.stringContaining("text/x"),
        "ab",
      ]);
    });

    test.each([
      ["refuses", "refuse", "not that"],
      ["fails after it has told progress", "fail", "broken"],
      ["is asked wrongly", 1, "mode"],
    ])("that %s fails with its words", async (_, mode, words) => {
      const { id } = await submit(language, { mode });
      const { status, attempts, error } = await ended(id);
      expect([status, attempts]).toEqual(["FAILED", 1]);
      expect(`${error?.message} ${error?.details}`).toContain(words);
    });
  }
});

test("a job whose replica works on another is not begun meanwhile", async () => {
  const gate = join(berth.home, "gate");
  const text = `import { existsSync } from "node:fs";
export async function handler({ input }) {
  while (input.gate !== undefined && !existsSync(input.gate))
    await new Promise((resolve) => setTimeout(resolve, 20));
  return input.number;
}`;
  const handler = { language: "typescript", source: { kind: "text", name: "gate.ts", text } };
  await rig.deployed("gate", { template: { handler }, scaling: { min: 1 } });
  const first = await submit("gate", { number: 1, gate });
  const second = await submit("gate", { number: 2 });
  await writeFile(gate, "");
  const [one, two] = [await ended(first.id), await ended(second.id)];
  expect([one.status, two.status]).toEqual(["COMPLETED", "COMPLETED"]);
  expect(two.startedAt).toBeGreaterThanOrEqual(one.finishedAt ?? Infinity);
});

test("calls that are no jobs wait too when a replica has as many as its endpoint says", async () => {
  const text = `let now = 0;
let most = 0;
export const concurrency = 8;
export async function handler() {
  most = Math.max(most, (now += 1));
  await new Promise((resolve) => setTimeout(resolve, 200));
  now -= 1;
  return most;
}`;
  const handler = { language: "typescript", source: { kind: "text", name: "crowd.ts", text } };
  const { fullName } = await rig.deployed("crowd", {
    template: { handler },
    scaling: { min: 1, concurrency: 2 },
  });
  const most = async (calls: number): Promise<number> => {
    const answers = await Promise.all(Array.from({ length: calls }, () => rig.predict(fullName)));
    return Math.max(...(await Promise.all(answers.map((answer) => answer.json() as Promise<number>))));
  };
  expect(await most(6)).toBe(2);
  await rig.call("PATCH", "/api/v1/endpoints/crowd", { scaling: { concurrency: 4 } });
  expect(await most(12)).toBe(4);
});
