import { expect, test } from "vitest";
import type { Handler } from "../handler.ts";
import { httpServer } from "../test/http-server.ts";
import { logger } from "../logger.ts";
import { proxiedHandler } from "./proxied-handler.ts";

function ask(handler: Handler, path: string, input: unknown, signal = new AbortController().signal) {
  return handler(
    { input, meta: { requestId: "j", attempt: 1, path, contentType: undefined } },
    { signal, progress: () => undefined, logger },
  ) as Promise<Response>;
}

const options = { mode: "proxy", checkStart: () => true } as const;

test("a job is a POST to its path, and the answer with its status is the result", async () => {
  await using server = await httpServer((request, response) => {
    let body = "";
    request.on("data", (part: Buffer) => (body += part.toString()));
    request.on("end", () =>
      response.writeHead(404, { "content-type": "text/odd" }).end(`${request.url} ${body}`),
    );
  });
  const answer = await ask(proxiedHandler({ ...options, baseUrl: `${server.url}/base/` }), "/v1/x", { a: 1 });
  expect([answer.status, answer.headers.get("content-type"), await answer.text()]).toEqual([
    404,
    "text/odd",
    '/base/v1/x {"a":1}',
  ]);
});

test.each([
  ["begin", { responseTimeoutMs: 5 }, false],
  ["finish", { transferTimeoutMs: 5 }, true],
])("a server that does not %s in time fails the job by 408", async (_, limits, begins) => {
  await using server = await httpServer((_request, response) => {
    if (begins) response.write("begun");
  });
  const asked = ask(proxiedHandler({ ...options, ...limits, baseUrl: server.url }), "/v1/x", null);
  await expect(asked).rejects.toMatchObject({ code: "response_timeout", status: 408 });
});

test("a job that is cancelled ends the call", async () => {
  const closed = Promise.withResolvers<undefined>();
  const cancel = new AbortController();
  await using server = await httpServer((_, response) => {
    response.on("close", () => closed.resolve(undefined));
    cancel.abort(new Error("cancelled"));
  });
  const asked = ask(proxiedHandler({ ...options, baseUrl: server.url }), "/v1/x", null, cancel.signal);
  await expect(asked).rejects.toThrow("cancelled");
  await closed.promise;
});
