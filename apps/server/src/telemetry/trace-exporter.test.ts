import type { Usage } from "@berth/gateway";
import { expect, test } from "vitest";
import { TraceExporter } from "./trace-exporter.ts";

const usage: Usage = {
  requestId: "req-1",
  keyId: "k1",
  model: "pilot",
  route: undefined,
  operation: "chat.completions",
  serviceId: undefined,
  provider: "acme",
  upstreamModel: "pilot-large",
  status: 200,
  outcome: "ok",
  errorCode: undefined,
  stream: true,
  startedAtMs: 1_700_000_000_000,
  durationMs: 1234.5,
  firstByteMs: 200,
  heldMs: 0,
  overheadMs: 0.25,
  tries: 1,
  tokens: {
    inputTokens: 10,
    outputTokens: 5,
    cachedTokens: 4,
    cacheWriteTokens: undefined,
    reasoningTokens: undefined,
  },
  tokensFrom: "upstream",
  costUsd: 0.001,
  gpuSeconds: undefined,
  cached: false,
  traceparent: "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
  bodies: { request: "a secret question", response: "a secret answer" },
};

function world(answer: () => Response) {
  const sent: {
    url: string;
    headers: unknown;
    body: { resourceSpans: { scopeSpans: { spans: unknown[] }[] }[] };
  }[] = [];
  const failures: number[] = [];
  const exporter = new TraceExporter({
    endpoint: "http://collector:4318/",
    headers: "Authorization=Basic%20abc,x-tenant=a=b",
    serviceName: "berth",
    version: "1.2.3",
    fetch: async (url, init) => {
      sent.push({ url: url as string, headers: init?.headers, body: JSON.parse(init?.body as string) });
      return answer();
    },
    onFailure: (spans) => failures.push(spans),
  });
  const spans = () => sent.flatMap(({ body }) => body.resourceSpans[0]?.scopeSpans[0]?.spans ?? []);
  return { exporter, sent, failures, spans };
}

test("a request is a span under its caller's, with what the conventions ask for and no texts", async () => {
  const { exporter, sent, spans } = world(() => new Response("{}"));
  exporter.record(usage);
  await exporter.flush();
  expect(sent).toMatchObject([
    {
      url: "http://collector:4318/v1/traces",
      headers: { authorization: "Basic abc", "x-tenant": "a=b", "content-type": "application/json" },
      body: {
        resourceSpans: [
          {
            resource: {
              attributes: [
                { key: "service.name", value: { stringValue: "berth" } },
                { key: "service.version", value: { stringValue: "1.2.3" } },
              ],
            },
          },
        ],
      },
    },
  ]);
  expect(spans()).toEqual([
    {
      traceId: "4bf92f3577b34da6a3ce929d0e0e4736",
      spanId: expect.stringMatching(/^[\da-f]{16}$/),
      parentSpanId: "00f067aa0ba902b7",
      name: "chat pilot",
      kind: 2,
      startTimeUnixNano: "1700000000000000000",
      endTimeUnixNano: "1700000001234500000",
      attributes: expect.arrayContaining([
        { key: "gen_ai.operation.name", value: { stringValue: "chat" } },
        { key: "gen_ai.provider.name", value: { stringValue: "acme" } },
        { key: "gen_ai.request.model", value: { stringValue: "pilot" } },
        { key: "gen_ai.response.model", value: { stringValue: "pilot-large" } },
        { key: "gen_ai.usage.input_tokens", value: { intValue: "10" } },
        { key: "berth.cost_usd", value: { doubleValue: 0.001 } },
        { key: "berth.stream", value: { boolValue: true } },
      ]),
      status: { code: 0 },
    },
  ]);
  expect(JSON.stringify(sent)).not.toContain("secret");
});

test("spans go together, and those of a trace that nobody records not at all", async () => {
  const { exporter, sent, spans } = world(() => new Response("{}"));
  for (let count = 0; count < 1000; count += 1) exporter.record({ ...usage, outcome: "error" });
  exporter.record({ ...usage, traceparent: "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-00" });
  await exporter.flush();
  expect(spans()).toHaveLength(1000);
  expect(sent.length).toBeLessThanOrEqual(3);
  expect(spans()[0]).toMatchObject({ status: { code: 2 } });
});

test("a collector that fails costs its spans, is told once, and holds nobody up", async () => {
  let status = 503;
  const { exporter, failures, spans } = world(() => new Response("", { status }));
  exporter.record(usage);
  await exporter.flush();
  exporter.record(usage);
  await exporter.flush();
  expect(failures).toEqual([1]);
  status = 200;
  exporter.record(usage);
  await exporter.flush();
  expect(spans()).toHaveLength(3);
  expect(failures).toEqual([1]);
});

test("while the collector is slow, only so many spans wait", async () => {
  const slow = Promise.withResolvers<Response>();
  let sent = 0;
  const exporter = new TraceExporter({
    endpoint: "http://collector",
    headers: undefined,
    serviceName: "berth",
    version: "1",
    fetch: (_url, init) => {
      sent += (JSON.parse(init?.body as string).resourceSpans[0].scopeSpans[0].spans as unknown[]).length;
      return slow.promise.then(() => new Response("{}"));
    },
    onFailure: () => {},
  });
  for (let count = 0; count < 10_000; count += 1) exporter.record(usage);
  slow.resolve(new Response());
  await exporter.flush();
  expect(sent).toBe(512 + 4096);
});
