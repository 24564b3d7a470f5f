import { mkdtempDisposable } from "node:fs/promises";
import type { RequestListener } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { JobProgress } from "@berth/api";
import { expect, test } from "vitest";
import { logger } from "../logger.ts";
import { progressOf } from "../progress.ts";
import { listen } from "../push/listen.ts";
import { readBody } from "../push/read-body.ts";
import { jsonOf, resultOf } from "../result.ts";
import { runHandler } from "../run-handler.ts";
import { pythonHandler } from "./python-handler.ts";

/** What comes of a job where Python's host is that server. */
async function workedOn(
  serve: RequestListener,
  signal = new AbortController().signal,
  afterBreak = (): Promise<void> => Promise.resolve(),
) {
  await using dir = await mkdtempDisposable(join(tmpdir(), "berth-worker-test-"));
  const socketPath = join(dir.path, "socket");
  const listening = await listen(serve, { path: socketPath });
  await using _ = { [Symbol.asyncDispose]: () => listening.close(0) };
  const values: string[] = [];
  const told: JobProgress[] = [];
  const outcome = await runHandler(
    pythonHandler({ socketPath, afterBreak }),
    {
      input: Buffer.from("[1]"),
      meta: { requestId: "j", attempt: 1, path: "/predict?a=1", contentType: undefined },
    },
    { signal, logger, progress: (...words) => told.push(progressOf(words[0], words[1], words[2])) },
    (value) => void values.push(jsonOf(value)),
  );
  return {
    values,
    told,
    result: outcome.kind === "value" ? await resultOf(outcome.value) : undefined,
  };
}

/** Answers with a job's lines, in pieces that end anywhere. */
function lines(text: string): RequestListener {
  return (_, response) => {
    response.writeHead(200, { "content-type": "application/vnd.berth.job+ndjson" });
    for (const piece of text.match(/[^]{1,7}/g) ?? []) response.write(piece);
    response.end();
  };
}

const progress = '{"progress": {"done": 1, "total": 2, "message": "half"}}\n';
const half = { done: 1, total: 2, message: "half" };

test("a result stays the text that it is, and progress is told", async () => {
  const worked = await workedOn(lines(`${progress}{"result": {"large": 18446744073709551616}}\n`));
  expect(worked.result).toEqual({ kind: "json", text: '{"large": 18446744073709551616}' });
  expect(worked.told).toEqual([half]);
});

test("what is yielded is yielded, until the lines end", async () => {
  const { values, result, told } = await workedOn(lines(`{"value": 1}\n${progress}{"value": "é"}\n`));
  expect([values, result, told]).toEqual([["1", '"é"'], undefined, [half]]);
  expect(await workedOn(lines(progress))).toEqual({ values: [], result: undefined, told: [half] });
});

test("the host is asked as the job says", async () => {
  const { result } = await workedOn((request, response) => {
    const { method, url, headers } = request;
    void readBody(request).then((body) =>
      response
        .writeHead(201, { "content-type": "text/x" })
        .end(
          `${method} ${url} ${headers["content-type"]} ${String(headers["x-request-id"])} ${body.toString()}`,
        ),
    );
  });
  expect(result).toMatchObject({ kind: "bytes", status: 201, contentType: "text/x" });
  const { bytes } = result as { readonly bytes: Uint8Array };
  expect(Buffer.from(bytes).toString()).toBe("POST /predict?a=1 application/json j [1]");
});

test("an answer of its own after progress is the result", async () => {
  const answer = { status: 202, contentType: "text/x", base64: "YWI=" };
  const { result } = await workedOn(lines(`${progress}{"answer": ${JSON.stringify(answer)}}\n`));
  expect(result).toMatchObject({ kind: "bytes", status: 202, contentType: "text/x" });
});

const error = { code: "handler_failed", message: "broken", details: "Traceback ..." };

test.each<[string, RequestListener, object]>([
  ["by a line", lines(`${progress}{"error": ${JSON.stringify(error)}}\n`), error],
  ["after a value", lines(`{"value": 1}\n{"error": ${JSON.stringify(error)}}\n`), error],
  ["by an envelope", (_, response) => response.writeHead(500).end(JSON.stringify({ error })), error],
  [
    "in words of its own",
    (_, response) => response.writeHead(418).end('{"detail":"not that"}'),
    { message: "the handler answered with status 418", details: '{"detail":"not that"}' },
  ],
  ["by what is no line", lines("<html>\n"), { code: "handler_broke_off" }],
  ["by breaking off", (_, response) => response.destroy(), { code: "handler_broke_off" }],
])("a failure %s fails the job", async (_, serve, told) => {
  await expect(workedOn(serve)).rejects.toMatchObject(told);
});

test("a break is told only once it is known that Python goes on", async () => {
  const known = Promise.withResolvers<void>();
  let isOver = false;
  const worked = workedOn(
    (_, response) => response.destroy(),
    undefined,
    async () => {
      isOver = true;
      await known.promise;
    },
  );
  const settled = worked.then(
    () => "done",
    () => "failed",
  );
  await expect.poll(() => isOver).toBe(true);
  expect(await Promise.race([settled, Promise.resolve("waits")])).toBe("waits");
  known.resolve();
  expect(await settled).toBe("failed");
});

test("the signal ends the call", async () => {
  const closed = Promise.withResolvers<void>();
  const cancel = new AbortController();
  const worked = workedOn((_, response) => {
    response.on("close", closed.resolve);
    cancel.abort(new Error("cancelled"));
  }, cancel.signal);
  await expect(worked).rejects.toThrow("cancelled");
  await closed.promise;
});
