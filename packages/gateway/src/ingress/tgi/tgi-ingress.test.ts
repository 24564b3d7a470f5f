import { BerthError } from "@berth/api";
import { FakeClock } from "@berth/std/clock";
import { describe, expect, test } from "vitest";
import type { FinishReason, TextCompletion } from "../../openai/shapes.ts";
import { counted, eventsIn, usage } from "../../testing/chunkings.ts";
import { tgiGenerate, type TgiPath } from "./generate-ingress.ts";

const read = (body: object, path: TgiPath = "/generate") =>
  tgiGenerate(path).read(
    { inputs: "Hi", ...body },
    { requestId: "r", clock: new FakeClock(0), newId: counted() },
  );
const parameters = (given: object) => ({ parameters: given });
const piece = (text: string, finish: FinishReason | null = null): TextCompletion => ({
  id: "cmpl-1",
  object: "text_completion",
  created: 1,
  model: "pilot",
  choices: [{ index: 0, text, finish_reason: finish }],
});
const usagePiece: TextCompletion = { ...piece(""), choices: [], usage };

/** As the official Python client sends what nobody has set. */
const unset = {
  do_sample: false,
  max_new_tokens: 20,
  repetition_penalty: null,
  frequency_penalty: null,
  return_full_text: false,
  stop: [],
  seed: null,
  temperature: null,
  top_k: null,
  top_p: null,
  truncate: null,
  typical_p: null,
  best_of: null,
  watermark: false,
  details: true,
  decoder_input_details: false,
  top_n_tokens: null,
  grammar: null,
};

describe("a request becomes a completion", () => {
  test.for<[string, object, object]>([
    ["a text", {}, { max_tokens: 100, temperature: 0 }],
    [
      "what the official client sends",
      { ...parameters(unset), stream: false },
      { max_tokens: 20, temperature: 0 },
    ],
    [
      "sampling",
      parameters({
        max_new_tokens: 64,
        temperature: 0.5,
        top_k: 4,
        top_p: 0.9,
        repetition_penalty: 1.1,
        frequency_penalty: 0.2,
        seed: 7,
        stop: ["END"],
      }),
      {
        max_tokens: 64,
        temperature: 0.5,
        top_k: 4,
        top_p: 0.9,
        repetition_penalty: 1.1,
        frequency_penalty: 0.2,
        seed: 7,
        stop: ["END"],
      },
    ],
    ["sampling at the model's own temperature", parameters({ do_sample: true }), { max_tokens: 100 }],
  ])("%s", ([, body, expected]) => {
    expect(read(body)).toMatchObject({ operation: "completions", model: undefined, stream: false });
    expect(read(body).request).toEqual({ prompt: "Hi", ...expected });
  });

  test.for<[TgiPath, boolean, boolean]>([
    ["/", false, false],
    ["/", true, true],
    ["/generate", true, false],
    ["/generate_stream", false, true],
  ])("at %s with stream %s it streams: %s", ([path, stream, expected]) => {
    expect(read({ stream }, path).stream).toBe(expected);
  });

  test("that may name a model", () => {
    expect(read({ model: "pilot" })).toMatchObject({ model: "pilot", request: { model: "pilot" } });
  });
});

describe("what is wrong is told in TGI's words, and what only TGI can do is named", () => {
  test.for<[object, string]>([
    [{ inputs: "" }, "`inputs` cannot be empty"],
    [parameters({ temperature: 0 }), "`temperature` must be strictly positive"],
    [parameters({ top_k: 0 }), "`top_k` must be strictly positive"],
    [parameters({ top_p: 1 }), "`top_p` must be > 0.0 and < 1.0"],
    [parameters({ max_new_tokens: 0 }), "`max_new_tokens` must be strictly positive"],
    [parameters({ repetition_penalty: 0 }), "`repetition_penalty` must be strictly positive"],
    [parameters({ best_of: 0 }), "`best_of` must be strictly positive"],
    [parameters({ best_of: 2 }), "parameters.best_of can only be 1 here"],
    [parameters({ truncate: 5 }), "parameters.truncate can only be done by TGI itself"],
    [parameters({ watermark: true }), "parameters.watermark can only be done by TGI itself"],
    [
      parameters({ decoder_input_details: true }),
      "parameters.decoder_input_details can only be done by TGI itself",
    ],
    [parameters({ top_n_tokens: 2 }), "parameters.top_n_tokens can only be done by TGI itself"],
    [parameters({ unheard_of: 2 }), "parameters.unheard_of cannot be said to this model; leave it out"],
  ])("%j: %s", ([body, message]) => {
    try {
      read(body);
      expect.unreachable();
    } catch (error) {
      const told = tgiGenerate("/generate").error(error as BerthError);
      expect(told).toEqual({ status: 422, body: { error: message, error_type: "validation" } });
    }
  });
});

test.for([
  ["rate_limited", 429, "overloaded"],
  ["upstream_failed", 424, "generation"],
  ["model_not_found", 404, "model_not_found"],
  ["invalid_api_key", 401, "invalid_api_key"],
] as const)("%s is told with %i as %s", ([code, status, type]) => {
  expect(tgiGenerate("/").error(new BerthError(code, "why"))).toEqual({
    status,
    body: { error: "why", error_type: type },
  });
});

test.for<[TgiPath, object, (told: object) => unknown]>([
  ["/generate", {}, () => ({ generated_text: " there" })],
  ["/generate", { return_full_text: true }, () => ({ generated_text: "Hi there" })],
  ["/", { details: true, seed: 7 }, (details) => [{ generated_text: " there", details }]],
])("at %s with %j an answer is told whole", ([path, given, expected]) => {
  const { renderer } = read(parameters(given), path);
  const details = { finish_reason: "eos_token", generated_tokens: 7, seed: 7, prefill: [], tokens: [] };
  expect(renderer.whole({ ...piece(" there", "stop"), usage })).toEqual(expected(details));
});

test("a stream is told as TGI tells it, byte for byte", () => {
  const { renderer } = read(parameters({ details: true, return_full_text: true }), "/generate_stream");
  const written = [piece(" th"), piece("ere"), piece("", "length"), usagePiece].map((each) =>
    renderer.chunk(each),
  );
  expect(written.join("") + renderer.end()).toBe(
    [
      `data:{"index":1,"token":{"id":0,"text":" th","logprob":null,"special":false},"generated_text":null,"details":null}`,
      `data:{"index":2,"token":{"id":0,"text":"ere","logprob":null,"special":false},"generated_text":null,"details":null}`,
      `data:{"index":3,"token":{"id":0,"text":"","logprob":null,"special":true},"generated_text":"Hi there","details":{"finish_reason":"length","generated_tokens":7,"seed":null}}`,
      "",
    ].join("\n\n"),
  );
  expect(renderer.failed(new BerthError("upstream_failed", "gone"))).toBe(
    `data:{"error":"gone","error_type":"generation"}\n\n`,
  );
});

test("a stop string that ended the text is told where it is known", () => {
  const { renderer } = read(parameters({ details: true, stop: ["END"] }), "/generate_stream");
  const [choice] = piece("x", "stop").choices;
  renderer.chunk({ ...piece(""), choices: [{ ...choice!, stop_reason: "END" } as typeof choice & object] });
  expect(renderer.end()).toContain('"finish_reason":"stop_sequence"');
});

test("of a text that failed before anything was told, nothing is told with the next", () => {
  const { renderer } = read({}, "/generate_stream");
  renderer.chunk(piece("", "length"));
  renderer.restart();
  renderer.chunk(piece("ere", "stop"));
  expect(renderer.end()).toContain('"generated_text":"ere"');
});

test("however a text comes in pieces, it is the same", () => {
  const text = "Grüße, 👋 Welt\n\n";
  for (let size = 1; size < text.length; size++) {
    const { renderer } = read({}, "/generate_stream");
    const pieces = text.match(new RegExp(`[^]{1,${size}}`, "g")) ?? [];
    const stream =
      [...pieces.map((each) => piece(each)), piece("", "stop")].map((each) => renderer.chunk(each)).join("") +
      renderer.end();
    const events = [...eventsIn(stream)];
    const tokens = events.filter(({ token }) => !token.special).map(({ token }) => token.text);
    expect([tokens.join(""), events.at(-1).generated_text]).toEqual([text, text]);
  }
});
