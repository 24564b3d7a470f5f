import { tmpdir } from "node:os";
import { BerthError } from "@berth/api";
import { pipelineFormOf } from "@berth/api/pipelines";
import { expect, test } from "vitest";
import { gatherMedia } from "./gather-media.ts";
import { openMedia, type MediaTools } from "./open-media.ts";

const never = new AbortController().signal;
const looking = pipelineFormOf("image-classification");
const hearing = pipelineFormOf("audio-classification");

const limits = { allowPrivateUrls: false, maxMediaBytes: 10, maxBodyBytes: 15 };
const gather = (images: unknown) => gatherMedia(looking, { inputs: { images }, options: {} }, limits, never);

const abc = new Uint8Array(Buffer.from("abc"));

test.each([
  ["base64", "YWJj"],
  ["base64 over several lines", "YW\nJj"],
  ["a data: URL", "data:image/png;base64,YWJj"],
  ["bytes", abc],
])("%s is gathered", async (_fact, image) => {
  const { inputs } = await gather([image]);
  expect(inputs["images"]).toEqual([expect.objectContaining({ length: 3 })]);
  const [bytes] = inputs["images"] as Uint8Array[];
  expect(Buffer.from(bytes ?? []).toString()).toBe("abc");
});

// oxfmt-ignore
test.each([
  ["one that is too large", [new Uint8Array(11)], "payload_too_large", "images[0]"],
  ["several that are too large together", [new Uint8Array(8), new Uint8Array(8)], "payload_too_large", "images[1]"],
  ["a data: URL that is none", "data:image/png;base64", "invalid_request", "images"],
  ["a data: URL in another code", "data:text/plain,abc", "invalid_request", "images"],
  ["a path", "/etc/passwd.png", "invalid_request", "images"],
  ["a file's URL", "file:///etc/passwd", "invalid_request", "images"],
])("%s is refused by name", async (_fact, images, code, param) => {
  await expect(gather(images)).rejects.toMatchObject({ code, param });
});

const tools: MediaTools = {
  config: { maxMediaBytes: 100, maxAudioSeconds: 1 },
  decoder: { name: "fake", decode: async () => Int16Array.of(16_384, -32_768) },
  readImage: async (bytes) => ({ width: bytes.length * 10_000, height: 2000 }),
  samplesPerSecond: 16_000,
  directory: tmpdir(),
};

test("sounds are samples from -1 to 1", async () => {
  const { inputs } = await openMedia(hearing, { inputs: { inputs: abc }, options: {} }, tools, never);
  expect(inputs["inputs"]).toEqual(Float32Array.of(0.5, -1));
});

test("images that are much larger than their files are refused, also together", async () => {
  const open = (...sizes: number[]) =>
    openMedia(
      looking,
      { inputs: { images: sizes.map((size) => new Uint8Array(size)) }, options: {} },
      tools,
      never,
    );
  expect((await open(2, 3)).inputs["images"]).toHaveLength(2);
  await expect(open(2, 3, 1)).rejects.toMatchObject({ code: "payload_too_large", param: "images[2]" });
});

test("what the decoder says of a form's file is said of the field", async () => {
  const decode = () =>
    Promise.reject(new BerthError("invalid_request", "file: it is no audio", { param: "file" }));
  const deaf = { ...tools, decoder: { name: "deaf", decode } };
  const opening = openMedia(hearing, { inputs: { inputs: [abc] }, options: {} }, deaf, never);
  await expect(opening).rejects.toMatchObject({ param: "inputs[0]", message: "inputs[0]: it is no audio" });
});
