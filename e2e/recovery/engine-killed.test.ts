import { afterAll, beforeAll, expect, test } from "vitest";
import { listServices, startBerth, waitForService, type Berth } from "../berth-process.ts";
import { enginesOf, processesNaming } from "../processes.ts";
import { until } from "../until.ts";

let berth: Berth;
beforeAll(async () => {
  berth = await startBerth();
  await waitForService(berth, "pilot");
});
afterAll(() => berth.dispose());

interface Event {
  readonly status: string;
  readonly message: string;
  readonly evidence: { readonly signal?: string | null; readonly logTail?: readonly string[] };
}

test("an engine killed in the middle of a stream breaks the stream, is told with signal and log, and comes back", async () => {
  const [engine] = await enginesOf(berth.home);
  if (engine === undefined) throw new Error("no engine runs");
  const answer = await berth.fetch("/v1/chat/completions", {
    method: "POST",
    body: JSON.stringify({
      model: "pilot",
      stream: true,
      max_tokens: 400,
      logit_bias: {},
      messages: [{ role: "user", content: "Tell me a story about a fox named Max." }],
    }),
  });
  const reader = answer.body?.getReader();
  await reader?.read();
  process.kill(engine.pid, "SIGKILL");
  const { text, isClean } = await readToEnd(reader);
  expect(text.includes("[DONE]")).toBe(isClean);
  if (!isClean) expect(text).toContain('"error"');

  const service = await until("the service to be up again", async () => {
    const [found] = await listServices(berth);
    return found?.status === "HEALTHY" && (await enginesOf(berth.home)).some((one) => one.pid !== engine.pid)
      ? found
      : undefined;
  });
  const { data } = (await (await berth.fetch(`/api/v1/services/${service.id}/events`)).json()) as {
    data: Event[];
  };
  const crash = data.find((event) => event.evidence.signal === "SIGKILL");
  expect(crash?.message).toMatch(/SIGKILL/);
  expect(Array.isArray(crash?.evidence.logTail)).toBe(true);
});

test("a runner killed takes its engine with it, and both come back", async () => {
  const runner = (await processesNaming(`${berth.home}/launches/`)).find((one) =>
    one.command.includes(" --dir "),
  );
  const [engine] = await enginesOf(berth.home);
  if (runner === undefined || engine === undefined) throw new Error("nothing runs");
  process.kill(runner.pid, "SIGKILL");
  await until("another runner and engine to serve", async () => {
    const engines = await enginesOf(berth.home);
    const [service] = await listServices(berth);
    return service?.status === "HEALTHY" && engines.length === 1 && engines[0]?.pid !== engine.pid
      ? true
      : undefined;
  });
});

/** Reads what is left of a stream; `isClean` unless the transfer broke. */
async function readToEnd(
  reader: ReadableStreamDefaultReader<Uint8Array> | undefined,
): Promise<{ text: string; isClean: boolean }> {
  const decoder = new TextDecoder();
  let text = "";
  try {
    for (;;) {
      const step = await reader?.read();
      if (step === undefined || step.done) return { text, isClean: true };
      text += decoder.decode(step.value, { stream: true });
    }
  } catch {
    return { text, isClean: false };
  }
}
