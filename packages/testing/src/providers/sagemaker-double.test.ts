import { createHash, createHmac } from "node:crypto";
import { expect, test } from "vitest";
import {
  type SageMakerDouble,
  type SageMakerDoubleOptions,
  startSageMakerDouble,
} from "./sagemaker-double.ts";
import { eventStreamFrame } from "./sagemaker-event-stream.ts";

const credentials = { accessKeyId: "AK", secretAccessKey: "SK" };
const options: SageMakerDoubleOptions = {
  credentials,
  endpoints: { chat: "llama_chat", plain: "llama", tgi: "tgi", djl: "djl" },
  now: () => new Date("2024-01-02T03:04:05Z"),
};

const sha256 = (text: string): string => createHash("sha256").update(text).digest("hex");
const hmac = (key: string | Buffer, text: string): Buffer => createHmac("sha256", key).update(text).digest();

/** Signs for a path that needs no encoding, with the fewest headers. */
function invoke(double: SageMakerDouble, path: string, body: unknown, attributes = ""): Promise<Response> {
  const { host } = new URL(double.url);
  const text = JSON.stringify(body);
  const names = "host;x-amz-date";
  const head = `host:${host}\nx-amz-date:20240102T030405Z\n`;
  const canonical = `POST\n/endpoints/${path}\n\n${head}\n${names}\n${sha256(text)}`;
  const scope = "20240102/us-east-1/sagemaker/aws4_request";
  const key = scope.split("/").reduce<string | Buffer>(hmac, "AWS4SK");
  const signature = hmac(key, `AWS4-HMAC-SHA256\n20240102T030405Z\n${scope}\n${sha256(canonical)}`).toString(
    "hex",
  );
  return fetch(`${double.url}/endpoints/${path}`, {
    method: "POST",
    headers: {
      "content-type": "application/json",
      "x-amz-date": "20240102T030405Z",
      "x-amzn-sagemaker-custom-attributes": attributes,
      authorization: `AWS4-HMAC-SHA256 Credential=AK/${scope}, SignedHeaders=${names}, Signature=${signature}`,
    },
    body: text,
  });
}

const dialogue = {
  inputs: [
    [
      { role: "system", content: "s" },
      { role: "user", content: "a" },
    ],
  ],
};
const eula = "accept_eula=true";

test.each<[string, string, unknown, string, unknown]>([
  ["a chat of Llama", "chat", dialogue, eula, [{ generation: { role: "assistant", content: "echo: a" } }]],
  ["a text of Llama", "plain", { inputs: "a" }, eula, [{ generation: "echo: a" }]],
  ["Hugging Face's container", "tgi", { inputs: "a" }, "", [{ generated_text: "echo: a" }]],
  ["AWS's own container", "djl", { inputs: "a" }, "", { generated_text: "echo: a" }],
])("%s answers in its own form", async (_, endpoint, body, attributes, reply) => {
  await using double = await startSageMakerDouble(options);
  const answer = await invoke(double, `${endpoint}/invocations`, body, attributes);
  expect([answer.status, answer.headers.get("x-amzn-invoked-production-variant")]).toEqual([
    200,
    "AllTraffic",
  ]);
  expect(await answer.json()).toEqual(reply);
});

test.each<[string, string, unknown, Partial<SageMakerDoubleOptions>, number, string, object]>([
  [
    "a license not accepted",
    "chat",
    dialogue,
    {},
    424,
    "ModelError",
    {
      ErrorCode: "CLIENT_ERROR_FROM_MODEL",
      Message: expect.stringContaining(
        'Received client error (424) from primary with message "{\n  "code":424,',
      ),
      OriginalMessage: expect.stringContaining("Need to pass custom_attributes='accept_eula=true'"),
      OriginalStatusCode: 424,
    },
  ],
  [
    "an endpoint it has not",
    "none",
    {},
    {},
    400,
    "ValidationError",
    {
      Message: "Endpoint none of account 123456789012 not found.",
    },
  ],
  [
    "a message list where there should be a text",
    "djl",
    dialogue,
    {},
    424,
    "ModelError",
    { OriginalStatusCode: 400 },
  ],
  [
    "a model that fails",
    "djl",
    { inputs: "a" },
    { fault: () => ({ kind: "error", afterPieces: 0, message: "m" }) },
    424,
    "ModelError",
    {
      OriginalStatusCode: 500,
      OriginalMessage: "m",
    },
  ],
  [
    "too much at once",
    "djl",
    { inputs: "a" },
    { fault: () => ({ kind: "refused", as: "ThrottlingException" }) },
    400,
    "ThrottlingException",
    {
      message: null,
    },
  ],
  [
    "a wrong secret",
    "djl",
    {},
    { credentials: { ...credentials, secretAccessKey: "x" } },
    403,
    "InvalidSignatureException:http://internal.amazon.com/coral/com.amazon.coral.service/",
    {
      message: expect.stringContaining("The request signature we calculated does not match"),
    },
  ],
])("%s is an error", async (_, endpoint, body, more, status, type, problem) => {
  await using double = await startSageMakerDouble({ ...options, ...more });
  const answer = await invoke(double, `${endpoint}/invocations`, body);
  expect([answer.status, answer.headers.get("x-amzn-errortype")]).toEqual([status, type]);
  expect(await answer.json()).toMatchObject(problem);
});

test("a frame is what Python's struct and zlib make of it", () => {
  expect(eventStreamFrame({ ":event-type": "PayloadPart" }, Buffer.from("hi")).toString("hex")).toBe(
    "0000002c0000001a9c71e4160b3a6576656e742d7479706507000b5061796c6f6164506172746869967c35f8",
  );
});

/** The messages in the frames of a stream: what kind each is, and what it carries. */
function readFrames(bytes: Buffer): [string, string][] {
  const frames: [string, string][] = [];
  for (let at = 0; at < bytes.length; at += bytes.readUInt32BE(at)) {
    const headersEnd = at + 12 + bytes.readUInt32BE(at + 4);
    const kind = /(?:PayloadPart|ModelStreamError|InternalStreamFailure)/.exec(
      bytes.toString("latin1", at, headersEnd),
    );
    frames.push([kind?.[0] ?? "", bytes.toString("utf8", headersEnd, at + bytes.readUInt32BE(at) - 4)]);
  }
  return frames;
}

const stream = async (
  more: Partial<SageMakerDoubleOptions>,
  endpoint: string,
  body: unknown,
): Promise<[string, string][]> => {
  await using double = await startSageMakerDouble({ ...options, ...more });
  const answer = await invoke(double, `${endpoint}/invocations-response-stream`, body, eula);
  expect(answer.headers.get("content-type")).toBe("application/vnd.amazon.eventstream");
  return readFrames(Buffer.from(await answer.arrayBuffer()));
};

test("AWS's container streams lines of JSON, one a part", async () => {
  expect(await stream({ pieceBytes: 3 }, "djl", { inputs: "ä b" })).toEqual([
    ["PayloadPart", '{"outputs":["echo:"]}\n'],
    ["PayloadPart", '{"outputs":[" ä"]}\n'],
    ["PayloadPart", '{"outputs":[" b"]}\n'],
  ]);
});

test("parts may be cut anywhere, also where a character is", async () => {
  const parts = await stream({ partBytes: 37 }, "djl", { inputs: "ä" });
  expect(parts.map(([, text]) => text)).toEqual([
    '{"outputs":["echo:"]}\n{"outputs":[" \ufffd',
    '\ufffd"]}\n',
  ]);
});

test("Hugging Face's container streams events when the body says so, the last with all of the text", async () => {
  const parts = await stream({}, "tgi", { inputs: "a", stream: true });
  expect(parts.map(([, text]) => JSON.parse(text.slice(5)) as unknown)).toMatchObject([
    { token: { text: "echo:" }, generated_text: null, details: null },
    {
      token: { text: " a" },
      generated_text: "echo: a",
      details: { finish_reason: "eos_token", generated_tokens: 2 },
    },
  ]);
  expect(await stream({}, "tgi", { inputs: "a" })).toEqual([
    ["PayloadPart", '[{"generated_text":"echo: a"}]'],
  ]);
});

test.each([
  [
    "model",
    { kind: "error", afterPieces: 1, message: "m" },
    ["ModelStreamError", '{"Message":"m","ErrorCode":"StreamBroken"}'],
  ],
  ["service", { kind: "internal_failure", afterPieces: 1 }, ["InternalStreamFailure", expect.any(String)]],
] as const)("a %s that fails while it streams says so in a frame of its own", async (_, fault, last) => {
  expect(await stream({ fault: () => fault }, "djl", { inputs: "a" })).toEqual([
    ["PayloadPart", '{"outputs":["echo:"]}\n'],
    last,
  ]);
});

test("a connection may break in the middle", async () => {
  await expect(
    stream({ fault: () => ({ kind: "reset", afterPieces: 1 }) }, "djl", { inputs: "a b" }),
  ).rejects.toThrow();
});
