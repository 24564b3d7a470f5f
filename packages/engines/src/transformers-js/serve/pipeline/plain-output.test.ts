import { expect, test } from "vitest";
import { plainOutput } from "./plain-output.ts";

const tensor = { dims: [1, 2], tolist: () => [[1n, 0.5]] };
const image = { toSharp: () => ({ png: () => ({ toBuffer: async () => Buffer.from("png") }) }) };
const sound = { sampling_rate: 16_000, audio: Float32Array.of(0), toBlob: () => new Blob(["wav"]) };

test.each([
  [
    "what is plain stays so",
    [{ label: "A", score: 0.5, mask: null }],
    [{ label: "A", score: 0.5, mask: null }],
  ],
  ["tensors are nested lists", tensor, [[1, 0.5]]],
  ["images are PNGs, wherever they are", [{ mask: image }], [{ mask: "data:image/png;base64,cG5n" }]],
  ["sounds are WAVs", sound, { audio: "data:audio/wav;base64,d2F2", sampling_rate: 16_000 }],
  ["lists of numbers are lists", { box: Float32Array.of(1, 2) }, { box: [1, 2] }],
])("%s", async (_fact, value, plain) => {
  expect(await plainOutput(value)).toEqual(plain);
});
