import { expect, test } from "vitest";
import { parseEngineImages } from "./engine-images.ts";

/** The first as podman 4.3.1 printed it on 2026-11-28; the others in the forms that Docker's documentation gives. */
const printed = [
  "localhost/org/tool\t1.0\tsha256:8e231de9ff2c740e1e4d20d668ed535c6a64bae4fb4d364208b1f3be8570520f\tsha256:51c2887e17e4d3d53416b05a543c60b260781ba964774b449f3cb7c712f61291\t11.2 kB\t2026-11-28 23:05:02 +0000 UTC",
  "<none>\t<none>\tsha256:2222\tsha256:bbbb\t5MB\t2026-11-28 21:04:05 +0000 UTC",
  "vllm/vllm-openai\tv0.20.0\t<none>\tsha256:cccc\t10.5GB\t2026-11-27 08:00:00 +0100 CET",
  "",
].join("\n");

test("names, digests, sizes and times are read; nameless layers are left out", () => {
  const images = parseEngineImages(printed, "podman", "here");
  expect(images).toMatchObject([
    {
      name: "localhost/org/tool",
      tag: "1.0",
      digest: expect.stringMatching(/^sha256:8e23/),
      sizeBytes: 11_200,
      location: "podman",
    },
    { name: "vllm/vllm-openai", tag: "v0.20.0", digest: null, sizeBytes: 10_500_000_000, path: null },
  ]);
  expect(images.map(({ createdAt }) => createdAt)).toEqual([
    Date.UTC(2026, 10, 28, 23, 5, 2),
    Date.UTC(2026, 10, 27, 7, 0, 0),
  ]);
});
