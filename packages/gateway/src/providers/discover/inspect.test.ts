import { createServer, type RequestListener } from "node:http";
import { createServer as createTlsServer } from "node:https";
import { createServer as createPlainServer, type AddressInfo, type Server, type Socket } from "node:net";
import type { ProviderTarget } from "@berth/api";
import { FakeClock, systemClock } from "@berth/std/clock";
import { testCertificate } from "@berth/testing/test-certificate";
import { expect, test } from "vitest";
import { createDiscovery } from "./discover.ts";

const { signal } = new AbortController();
const discovery = createDiscovery({ clock: systemClock });

async function listening(server: Server): Promise<{ port: number } & AsyncDisposable> {
  await new Promise<void>((resolve) => void server.listen(0, "127.0.0.1", resolve));
  return {
    port: (server.address() as AddressInfo).port,
    [Symbol.asyncDispose]: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        if ("closeAllConnections" in server)
          (server as { closeAllConnections(): void }).closeAllConnections();
      }),
  };
}

const answers =
  (paths: Readonly<Record<string, unknown>>): RequestListener =>
  (request, response) => {
    const found = paths[request.url ?? ""];
    response.writeHead(found === undefined ? 404 : 200, { "content-type": "application/json" });
    response.end(JSON.stringify(found ?? { detail: "Not Found" }));
  };

function target(url: string, more: Partial<ProviderTarget> = {}): ProviderTarget {
  return {
    providerId: "pv1",
    provider: "lab",
    kind: "openai-compatible",
    url,
    auth: { kind: "none" },
    options: {},
    maxParallel: null,
    connectMs: null,
    firstTokenMs: null,
    ...more,
  };
}

async function said(at: ProviderTarget): Promise<string[]> {
  const { checks } = await discovery.inspect(at, signal);
  return checks.map(({ step, outcome, message }) => `${step} ${outcome}: ${message}`);
}

const openAi = { "/v1/models": { object: "list", data: [{ id: "llama" }] } };
const tgi = { "/info": { model_id: "falcon", max_total_tokens: 2048 } };
const ollama = { "/api/version": { version: "0.12" }, "/api/tags": { models: [] } };
const gradio = { "/config": { components: [], dependencies: [{ api_name: "submit_nochat_api" }] } };

test("a server that is as it should be passes every step", async () => {
  await using server = await listening(createServer(answers(openAi)));
  const url = `http://127.0.0.1:${server.port}/v1`;
  expect(await said(target(url))).toEqual([
    "address ok: 127.0.0.1 is an address",
    `connection ok: connected to 127.0.0.1 at port ${server.port}`,
    "tls skipped: http: what is sent can be read on the way",
    `path ok: ${url} answers`,
    "credential skipped: none is given, and none is wanted",
  ]);
});

test.each<[string, string, Record<string, unknown>, string]>([
  ["a missing /v1", "", openAi, "an OpenAI-compatible server: give the address BASE/v1"],
  ["TGI", "/v1", tgi, "text-generation-inference: add it as the kind tgi, with the address BASE"],
  ["Ollama", "", ollama, "Ollama: add it as the kind ollama, with the address BASE"],
  ["h2oGPT", "/v1", gradio, "h2oGPT (Gradio): add it as the kind gradio, with the address BASE"],
])("%s behind the wrong path is named, with the right one", async (_what, path, paths, advice) => {
  await using server = await listening(createServer(answers(paths)));
  const base = `http://127.0.0.1:${server.port}`;
  expect((await said(target(base + path))).at(-1)).toBe(
    `path failed: ${base}${path}/models answered 404: Not Found; this is ${advice.replace("BASE", base)}`,
  );
});

test("Ollama behind its OpenAI paths is named, though it answers", async () => {
  await using server = await listening(createServer(answers({ ...openAi, ...ollama })));
  const base = `http://127.0.0.1:${server.port}`;
  expect(await said(target(`${base}/v1`))).toContain(
    `path ok: ${base}/v1 answers; this is Ollama, whose own API Berth speaks too: add it as the kind ollama, with the address ${base}`,
  );
});

test("nothing listens: the connection fails, and nothing is asked", async () => {
  const server = await listening(createServer());
  await server[Symbol.asyncDispose]();
  expect(await said(target(`http://127.0.0.1:${server.port}/v1`))).toEqual([
    "address ok: 127.0.0.1 is an address",
    `connection failed: nothing listens at 127.0.0.1:${server.port}: is the server running, and on that port?`,
  ]);
});

test.each([
  ["http://no-such-host.invalid/v1", "address failed: ", /no-such-host\.invalid/],
  ["http://169.254.169.254/v1", "address failed: ", /is never called/],
  ["http://[::ffff:169.254.169.254]/v1", "address failed: ", /is never called/],
  ["http://metadata.google.internal/v1", "address failed: ", /is never called/],
])("%s: the name fails", async (url, step, words) => {
  const [first] = await said(target(url));
  expect(first).toContain(step);
  expect(first).toMatch(words);
  const found = await discovery.look(target(url), signal);
  expect(found).toMatchObject({ kind: "failed", step: "address" });
});

test("a certificate that nobody knows fails TLS, with what to do", async () => {
  const { key, cert } = testCertificate;
  await using server = await listening(createTlsServer({ key, cert }, answers(openAi)));
  expect((await said(target(`https://127.0.0.1:${server.port}/v1`))).at(-1)).toMatch(
    /^tls failed: the certificate of 127\.0\.0\.1:\d+ is signed by nobody known here: .*NODE_EXTRA_CA_CERTS/,
  );
});

test("https:// to a server without TLS is recognised, and http:// to one with it", async () => {
  await using plain = await listening(createServer(answers(openAi)));
  expect((await said(target(`https://127.0.0.1:${plain.port}/v1`))).at(-1)).toMatch(
    /^tls failed: .*is it http:\/\/ rather than https:\/\/\?$/,
  );
  const { key, cert } = testCertificate;
  await using secure = await listening(createTlsServer({ key, cert }, answers(openAi)));
  expect((await said(target(`http://127.0.0.1:${secure.port}/v1`))).at(-1)).toMatch(
    /^connection failed: .*is it https:\/\/ rather than http:\/\/\?$/,
  );
});

test("something that does not speak HTTP is told", async () => {
  const greet = (socket: Socket): void => {
    // whoever hears it hangs up
    socket.on("error", () => socket.destroy());
    socket.resume().end("SSH-2.0-OpenSSH_9\r\n");
  };
  await using server = await listening(createPlainServer(greet));
  expect((await said(target(`http://127.0.0.1:${server.port}/v1`))).at(-1)).toMatch(
    /^path failed: .*does not speak HTTP/,
  );
});

test("a redirect is not followed, so that the credential stays where it belongs", async () => {
  const seen: (string | undefined)[] = [];
  await using other = await listening(
    createServer((request, response) => {
      seen.push(request.headers.authorization);
      response.end("{}");
    }),
  );
  await using server = await listening(
    createServer((_, response) => {
      response.writeHead(302, { location: `http://127.0.0.1:${other.port}/v1/models` }).end();
    }),
  );
  const at = target(`http://127.0.0.1:${server.port}/v1`, {
    auth: { kind: "header", name: "authorization", value: "Bearer hush" },
  });
  expect((await said(at)).at(-1)).toContain("path failed:");
  expect(seen).toEqual([]);
});

test("a server that takes connections and says nothing is not waited for without end", async () => {
  const asked = Promise.withResolvers<void>();
  await using server = await listening(createServer(() => asked.resolve()));
  const clock = new FakeClock();
  const inspecting = createDiscovery({ clock }).inspect(target(`http://127.0.0.1:${server.port}/v1`), signal);
  await asked.promise;
  await clock.advance(15_000);
  expect((await inspecting).checks.at(-1)).toMatchObject({
    step: "path",
    outcome: "failed",
    message: `127.0.0.1:${server.port} takes the connection and then does not answer`,
  });
});

test("a look that is given up says the reason, and leaves nothing open", async () => {
  await using server = await listening(createServer(() => {}));
  const giveUp = new AbortController();
  const looking = discovery.look(target(`http://127.0.0.1:${server.port}/v1`), giveUp.signal);
  setImmediate(() => giveUp.abort(new Error("enough")));
  await expect(looking).rejects.toThrow("enough");
});
