import { afterAll, beforeAll, expect, test } from "vitest";
import { startBerth, waitForService, type Berth } from "./berth-process.ts";

let berth: Berth;
beforeAll(async () => {
  berth = await startBerth();
  await waitForService(berth, "pilot");
});
afterAll(() => berth.dispose());

interface Refusal {
  readonly error: {
    readonly message: string;
    readonly code: string;
    readonly param: string | null;
    readonly type: string;
  };
}

async function refused(
  path: string,
  body: string | Uint8Array<ArrayBuffer>,
): Promise<{ status: number } & Refusal["error"]> {
  const response = await berth.fetch(path, { method: "POST", body });
  const { error } = (await response.json()) as Refusal;
  return { status: response.status, ...error };
}

const chat = (more: Record<string, unknown>): string =>
  JSON.stringify({ model: "pilot", messages: [{ role: "user", content: "hi" }], ...more });
const invalidUtf8 = new Uint8Array([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d]);

test.for([
  ["malformed JSON", '{"model": "pilot", ', 400, null, /JSON/],
  ["JSON that is no object", "[1]", 400, null, /object/],
  ["invalid UTF-8", invalidUtf8, 400, null, /UTF-8/],
  ["an absent model", '{"messages": []}', 400, "model", /model/],
  ["an unknown model, with near matches", chat({ model: "pilto" }), 404, "model", /pilot/],
  ["a model of the wrong type", chat({ model: 7 }), 400, "model", /model/],
  ["messages of the wrong type", chat({ messages: "hi" }), 400, "messages", /messages/],
  ["no messages", chat({ messages: [] }), 400, "messages", /at least one/],
  [
    "a role nobody knows",
    chat({ messages: [{ role: "pirate", content: "arr" }] }),
    400,
    "messages[0].role",
    /role/,
  ],
  ["a temperature out of range", chat({ temperature: 9 }), 400, "temperature", /temperature/],
  ["a temperature of the wrong type", chat({ temperature: "hot" }), 400, "temperature", /temperature/],
  ["an impossible max_tokens", chat({ max_tokens: -1 }), 400, "max_tokens", /max_tokens/],
  [
    "an image, which the model cannot see",
    chat({ messages: [{ role: "user", content: [{ type: "image_url", image_url: { url: "data:," } }] }] }),
    400,
    "messages[0].content[0]",
    /image/,
  ],
  [
    "an over-long prompt, with the numbers",
    chat({ messages: [{ role: "user", content: "tide ".repeat(5000) }] }),
    400,
    "messages",
    /\d{3,}.*512|512.*\d{3,}/,
  ],
] as const)("%s", async ([, body, status, param, message]) => {
  const answer = await refused(
    "/v1/chat/completions",
    typeof body === "string" ? body : new Uint8Array(body),
  );
  expect(answer).toMatchObject({
    status,
    param,
    message: expect.stringMatching(message),
    type: "invalid_request_error",
  });
});

test("a body over the limit", async () => {
  const small = await startBerth({ demo: false, flags: ["--max-body-mib", "1"] });
  const response = await small
    .fetch("/v1/chat/completions", {
      method: "POST",
      body: `{"model": "x", "pad": "${"a".repeat(1_100_000)}"}`,
    })
    .catch((error: unknown) => error);
  if (response instanceof Response) expect(response.status).toBe(413);
  else expect(String(response)).toMatch(/fetch failed/); // the server may end the connection before it has read the rest
  await small.dispose();
});

test.for([
  ["a field that is not there", "/api/v1/services", '{"model": "berth/pilot", "modle": 1}', 400, "modle"],
  ["a value of the wrong type", "/api/v1/services", '{"model": 5}', 400, "model"],
  [
    "a name that cannot stand in a path",
    "/api/v1/services",
    '{"model": "berth/pilot", "name": "../up"}',
    400,
    "name",
  ],
  ["a model that is not there", "/api/v1/services", '{"model": "berth/pilto"}', 404, "model"],
  [
    "a profile that is not there",
    "/api/v1/services",
    '{"model": "berth/pilot", "profile": "nowhere"}',
    422,
    "profile",
  ],
  ["a service's name taken", "/api/v1/services", '{"model": "berth/pilot", "name": "pilot"}', 409, "name"],
  ["a key without name", "/api/v1/keys", "{}", 400, "name"],
  ["a scope nobody knows", "/api/v1/keys", '{"name": "k", "scopes": ["root"]}', 400, "scopes[0]"],
  [
    "a profile of an unknown schema",
    "/api/v1/profiles",
    '{"name": "p", "spec": {"schema": "pbs"}}',
    400,
    "spec.schema",
  ],
  [
    "a profile whose cache is missing",
    "/api/v1/profiles",
    '{"name": "p", "spec": {"schema": "local", "home": "/tmp", "cache": "/nowhere/at/all"}}',
    422,
    "cache",
  ],
] as const)("%s is refused by its field, and nothing changes", async ([, path, body, status, param]) => {
  const before = await (await berth.fetch(path)).text();
  const answer = await refused(path, body);
  expect(answer).toMatchObject({ status, param: expect.stringContaining(param) });
  const withoutTimes = (text: string): string =>
    text.replaceAll(/"(updatedAt|lastActivityAt|lastUsedAt|memoryMiB|inFlight)":[^,}]+/g, "");
  expect(withoutTimes(await (await berth.fetch(path)).text())).toBe(withoutTimes(before));
});

test("a query parameter nobody knows", async () => {
  const response = await berth.fetch("/api/v1/services?al=true");
  expect(response.status).toBe(400);
  expect(await response.json()).toMatchObject({ error: { code: "unknown_parameter", param: "al" } });
});

test("a body of another type than JSON", async () => {
  const response = await berth.fetch("/api/v1/keys", {
    method: "POST",
    body: "name=k",
    headers: { "content-type": "application/x-www-form-urlencoded" },
  });
  expect(response.status).toBe(415);
});
