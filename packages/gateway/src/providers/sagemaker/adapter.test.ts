import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startFakeModelServer } from "@berth/testing/fake-model-server";
import { json } from "@berth/testing/fake-model-server-script";
import {
  type SageMakerDouble,
  type SageMakerDoubleOptions,
  type SageMakerFault,
  startSageMakerDouble,
} from "@berth/testing/providers/sagemaker-double";
import type { SageMakerContainer } from "@berth/testing/providers/sagemaker-container";
import { beforeEach, describe, expect, test, vi } from "vitest";
import { call, eventually, provider, type Rig, startRig } from "../../gateway-rig.ts";

const credentials = { accessKeyId: "AK", secretAccessKey: "a-long-secret" };
const plain = { kind: "plain" } as const;

interface World extends AsyncDisposable {
  readonly rig: Rig;
  readonly double: SageMakerDouble;
  readonly ask: (body?: object) => ReturnType<typeof call>;
}

async function world(
  container: SageMakerContainer,
  options: Partial<SageMakerDoubleOptions> = {},
  upstream: Parameters<typeof provider>[0] = {},
): Promise<World> {
  const double = await startSageMakerDouble({ credentials, endpoints: { "my-ep": container }, ...options });
  const rig = await startRig();
  const chat = container === "llama_chat";
  const target = {
    kind: "sagemaker",
    url: double.url,
    auth: { kind: "aws", keys: credentials },
    ...upstream.target,
    options: { region: "us-east-1", chat, ...upstream.target?.options },
  } as const;
  const prompt = chat ? null : plain;
  rig.routes.route("llama", [provider({ model: "my-ep", prompt, ...upstream, target })], { retries: 0 });
  return {
    rig,
    double,
    ask: (body) => call(rig.port, { body: { model: "llama", messages: [user("ä b")], ...body } }),
    async [Symbol.asyncDispose]() {
      await rig[Symbol.asyncDispose]();
      await double[Symbol.asyncDispose]();
    },
  };
}

const user = (content: string) => ({ role: "user", content });
const conversation = [
  { role: "system", content: "s" },
  user("1"),
  { role: "assistant", content: "2" },
  user("3"),
];

const sent = ({ double }: World): unknown => JSON.parse(double.received[0]!.body.toString());

const content = (text: string): unknown =>
  (JSON.parse(text) as { choices: [{ message: { content: unknown } }] }).choices[0].message.content;

const deltas = (text: string): string =>
  [...text.matchAll(/"delta":\{[^}]*"content":"([^"]*)"/g)].map((each) => each[1]).join("");

describe.for([
  ["llama_chat", "echo: ä b"],
  ["llama", "echo: ä b\\n"],
  ["tgi", "echo: ä b\\n"],
  ["djl", "echo: ä b\\n"],
] as const)("the container %s", ([container, said]) => {
  test("answers whole", async () => {
    await using one = await world(container);
    expect(JSON.stringify(content((await one.ask()).text))).toBe(`"${said}"`);
  });

  test.each([undefined, 1, 37])("streams, in parts of %s bytes", async (partBytes) => {
    const cut = partBytes === undefined ? {} : { partBytes, pieceBytes: 1 };
    await using one = await world(container, cut);
    const called = await one.ask({ stream: true });
    expect(deltas(called.text)).toBe(said);
    expect(called.text.endsWith("data: [DONE]\n\n")).toBe(true);
  });
});

describe("what is asked", () => {
  test.for<[string, SageMakerContainer, Parameters<typeof provider>[0], object, object]>([
    [
      "is a list of one dialogue with all of its messages",
      "llama_chat",
      {},
      { messages: conversation, max_tokens: 7, temperature: 0.5, top_p: 0.9 },
      {
        inputs: [conversation],
        parameters: {
          max_new_tokens: 7,
          do_sample: true,
          temperature: 0.5,
          top_p: 0.9,
          return_full_text: false,
        },
      },
    ],
    [
      "is a rendered prompt with the stops of its form",
      "tgi",
      { prompt: { kind: "type", name: "llama2" } },
      { messages: conversation, stop: "x", seed: 1, top_k: 0, top_p: 1, temperature: 0 },
      {
        inputs: "<s>[INST] <<SYS>>\ns\n<</SYS>>\n\n1 [/INST] 2 </s><s>[INST] 3 [/INST]",
        parameters: {
          max_new_tokens: expect.any(Number),
          do_sample: false,
          seed: 1,
          stop: ["x", "</s>", "[INST]", "[/INST]"],
          return_full_text: false,
        },
      },
    ],
    [
      "asks the container to stream",
      "djl",
      { maxOutputTokens: 20 },
      { stream: true },
      { inputs: "ä b\n", parameters: { max_new_tokens: 20, return_full_text: false }, stream: true },
    ],
  ])("%s", async ([, container, upstream, body, expected]) => {
    await using one = await world(container, {}, upstream);
    expect((await one.ask(body)).status).toBe(200);
    expect(sent(one)).toEqual(expected);
  });

  test("goes with keys of a session, which are told and signed", async () => {
    const keys = { ...credentials, sessionToken: "a-session-token" };
    await using one = await world("djl", { credentials: keys }, { target: { auth: { kind: "aws", keys } } });
    expect((await one.ask()).status).toBe(200);
    expect(one.double.received[0]!.headers["x-amz-security-token"]).toBe("a-session-token");
  });

  test("is refused before it is sent when it is more than SageMaker takes", async () => {
    await using one = await world("djl");
    const called = await one.ask({ messages: [user("x".repeat(6 * 1024 * 1024))] });
    expect(JSON.parse(called.text)).toMatchObject({
      error: { code: "context_length_exceeded", param: "messages", message: expect.stringContaining("6 MB") },
    });
    expect(one.double.received).toHaveLength(0);
  });

  test("is refused where nobody has said how a conversation is written", async () => {
    await using one = await world("djl", {}, { prompt: null });
    expect(JSON.parse((await one.ask()).text)).toMatchObject({
      error: { code: "unsupported", param: "model", message: expect.stringContaining("set its `prompt`") },
    });
  });
});

describe("a failure", () => {
  const refused = (
    as: Extract<SageMakerFault, { kind: "refused" }>["as"],
  ): Partial<SageMakerDoubleOptions> => ({
    fault: () => ({ kind: "refused", as }),
  });
  const fails = (message: string): Partial<SageMakerDoubleOptions> => ({
    fault: () => ({ kind: "error", afterPieces: 0, message }),
  });
  test.for<[string, Partial<SageMakerDoubleOptions>, number, string]>([
    ["that throttles", refused("ThrottlingException"), 429, "ThrottlingException"],
    ["of a model that starts", refused("ModelNotReadyException"), 429, "Wait and try"],
    ["of a service that is away", refused("ServiceUnavailable"), 429, "unavailable"],
    ["of the service", refused("InternalFailure"), 502, "internal failure"],
    ["of permission", refused("AccessDeniedException"), 502, "berth provider test acme"],
    ["of the clock", { now: () => new Date("2024-01-02T03:04:05Z") }, 502, "not yet current"],
    ["of the endpoint's name", { endpoints: {} }, 502, "does not have this model"],
    ["of the model", fails("CUDA out of memory"), 502, "status 500: CUDA out of memory"],
    ["of a container that wants another form", { endpoints: { "my-ep": "llama_chat" } }, 400, "wrong form"],
  ])("%s is told as what it is", async ([, options, status, message]) => {
    await using one = await world("djl", options);
    const called = await one.ask();
    expect([called.status, called.text]).toEqual([status, expect.stringContaining(message)]);
    expect(called.text).not.toContain(credentials.secretAccessKey);
  });

  test.for<[string, SageMakerContainer, SageMakerFault]>([
    ["of the model", "djl", { kind: "error", afterPieces: 1, message: "CUDA out of memory" }],
    ["of the service", "djl", { kind: "internal_failure", afterPieces: 1 }],
    ["of a checksum", "djl", { kind: "wrong_checksum", afterPieces: 1 }],
    ["of the connection", "djl", { kind: "reset", afterPieces: 1 }],
    ["to say the end", "tgi", { kind: "end", afterPieces: 1 }],
  ])("in a stream %s is never an end", async ([, container, fault]) => {
    await using one = await world(container, { fault: () => fault });
    const called = await one.ask({ stream: true });
    expect(called.text).toContain("echo:");
    expect(called.text).not.toContain("[DONE]");
  });
});

test("where nobody has asked for so much, the container itself says how much it answers", async () => {
  const message =
    "`inputs` tokens + `max_new_tokens` must be <= 100. Given: 50 `inputs` tokens and 1024 `max_new_tokens`";
  const tooLong = {
    OriginalStatusCode: 422,
    OriginalMessage: message,
    Message: "Received client error (422)",
  };
  await using server = await startFakeModelServer({
    script: (_request, index) =>
      index === 0
        ? json(tooLong, 424, { "x-amzn-errortype": "ModelError" })
        : json([{ generated_text: "short" }]),
  });
  await using one = await world("tgi", {}, { contextTokens: null, target: { url: server.url } });
  expect(content((await one.ask()).text)).toBe("short");
  const asked = server.received.map(
    ({ body }) => (JSON.parse(body.toString()) as { parameters: object }).parameters,
  );
  expect(asked).toEqual([{ max_new_tokens: 1024, return_full_text: false }, { return_full_text: false }]);
});

test("a client that leaves ends the stream at once", async () => {
  await using one = await world("djl", { fault: () => ({ kind: "stall", afterPieces: 1 }) });
  const leaving = new AbortController();
  const called = call(one.rig.port, {
    body: { model: "llama", messages: [user("a")], stream: true },
    signal: leaving.signal,
    onPiece: () => leaving.abort(),
  }).catch(() => undefined);
  await eventually(() => one.double.received.length > 0, "it is asked");
  await one.double.received[0]!.aborted;
  await called;
  expect(one.rig.reported).toEqual([]);
});

describe("keys that the provider has none of its own for", () => {
  const chain = { auth: { kind: "aws", keys: undefined } } as const;

  beforeEach(async () => {
    const folder = await mkdtemp(join(tmpdir(), "berth-aws-"));
    const file = join(folder, "credentials");
    await writeFile(
      file,
      "[default]\naws_access_key_id = no\naws_secret_access_key = no\n\n" +
        "[lab]\naws_access_key_id = AK\naws_secret_access_key = a-long-secret\n",
    );
    vi.stubEnv("AWS_SHARED_CREDENTIALS_FILE", file);
    vi.stubEnv("AWS_CONFIG_FILE", join(folder, "config"));
    vi.stubEnv("AWS_EC2_METADATA_DISABLED", "true");
    for (const name of ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_PROFILE"])
      vi.stubEnv(name, undefined);
    return async () => {
      vi.unstubAllEnvs();
      await rm(folder, { recursive: true });
    };
  });

  test("are those of the profile that it names", async () => {
    await using one = await world("djl", {}, { target: { ...chain, options: { awsProfile: "lab" } } });
    expect((await one.ask()).status).toBe(200);
  });

  test("are those of the role that it names, asked for once", async () => {
    const expiration = new Date(Date.now() + 3_600_000).toISOString();
    const found = "<AccessKeyId>AK</AccessKeyId><SecretAccessKey>a-long-secret</SecretAccessKey>";
    await using sts = await startFakeModelServer({
      script: () => [
        { do: "head", status: 200, headers: { "content-type": "text/xml" } },
        {
          do: "write",
          bytes:
            '<AssumeRoleResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><AssumeRoleResult><Credentials>' +
            `${found}<SessionToken>t</SessionToken><Expiration>${expiration}</Expiration>` +
            "</Credentials></AssumeRoleResult></AssumeRoleResponse>",
        },
        { do: "end" },
      ],
    });
    vi.stubEnv("AWS_ENDPOINT_URL_STS", sts.url);
    const roleArn = "arn:aws:iam::123456789012:role/berth";
    const options = { awsProfile: "lab", roleArn };
    await using one = await world(
      "djl",
      { credentials: { ...credentials, sessionToken: "t" } },
      { target: { ...chain, options } },
    );
    for (const called of await Promise.all([one.ask(), one.ask()])) expect(called.status).toBe(200);
    expect((await one.ask()).status).toBe(200);
    expect(sts.received).toHaveLength(1);
    expect(new URLSearchParams(sts.received[0]!.body.toString()).get("RoleArn")).toBe(roleArn);
  });

  test("are told to be missing where there are none", async () => {
    await using one = await world("djl", {}, { target: { ...chain, options: { awsProfile: "none" } } });
    const called = await one.ask();
    expect([called.status, called.text]).toEqual([502, expect.stringContaining("no credentials of AWS")]);
  });
});
