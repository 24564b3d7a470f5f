import { afterEach, expect, test } from "vitest";
import { startBerth, waitForService, type Berth } from "../berth-process.ts";
import { runnersOf } from "../processes.ts";
import { until } from "../until.ts";

const servers: Berth[] = [];
afterEach(async () => {
  await servers.pop()?.dispose();
  servers.length = 0;
});

async function start(home?: string): Promise<Berth> {
  const berth = await startBerth(home === undefined ? {} : { home });
  servers.push(berth);
  return berth;
}

test("a server killed during a stream finds its service again: same port, launched once, and the log tells", async () => {
  const first = await start();
  const before = await waitForService(first, "pilot");
  const runnersBefore = await runnersOf(first.home);
  expect(runnersBefore).toHaveLength(1);

  const answer = await first.fetch("/v1/chat/completions", {
    method: "POST",
    body: JSON.stringify({
      model: "pilot",
      stream: true,
      max_tokens: 300,
      messages: [{ role: "user", content: "Tell me a story about a fox named Max." }],
    }),
  });
  const reader = answer.body?.getReader();
  await reader?.read();
  await first.kill("SIGKILL");

  const second = await start(first.home);
  const after = await waitForService(second, "pilot");
  expect({ id: after.id, port: after.port }).toEqual({ id: before.id, port: before.port });
  expect(await runnersOf(first.home)).toEqual(runnersBefore);
  const again = await second.fetch("/v1/chat/completions", {
    method: "POST",
    body: JSON.stringify({
      model: "pilot",
      temperature: 0,
      messages: [{ role: "user", content: "What is the capital of France?" }],
    }),
  });
  expect(
    ((await again.json()) as { choices: { message: { content: string } }[] }).choices[0]?.message.content,
  ).toBe("The capital of France is Paris.");
  const events = (await (await second.fetch(`/api/v1/services/${after.id}/events`)).json()) as {
    data: { message: string }[];
  };
  expect(events.data.map((event) => event.message).join("\n")).toMatch(/adopt|found again/i);
});

test("SIGTERM ends the server with exit code 0 and leaves the engine running; --stop-services ends both", async () => {
  const first = await start();
  await waitForService(first, "pilot");
  await first.kill("SIGTERM");
  expect(first.process.exitCode).toBe(0);
  expect(await runnersOf(first.home)).toHaveLength(1);

  const second = await startBerth({ home: first.home, flags: ["--stop-services"] });
  servers.push(second);
  await waitForService(second, "pilot");
  await second.kill("SIGTERM");
  expect(second.process.exitCode).toBe(0);
  expect(await runnersOf(first.home)).toEqual([]);
});

test("a stream that runs when SIGTERM comes is let end", async () => {
  const berth = await start();
  await waitForService(berth, "pilot");
  const answer = await berth.fetch("/v1/chat/completions", {
    method: "POST",
    body: JSON.stringify({
      model: "pilot",
      stream: true,
      temperature: 0,
      messages: [{ role: "user", content: "Tell me a story about a fox named Max." }],
    }),
  });
  const ended = berth.kill("SIGTERM");
  expect((await answer.text()).trimEnd().endsWith("data: [DONE]")).toBe(true);
  await ended;
  expect(berth.process.exitCode).toBe(0);
  // its engine runs on, and there is no server left to stop it
  const runners = await runnersOf(berth.home);
  expect(runners).toHaveLength(1);
  for (const { pid } of runners) process.kill(pid, "SIGTERM");
  await until("its runner to end", async () => (await runnersOf(berth.home)).length === 0 || undefined);
});
