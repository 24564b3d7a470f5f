import { expect, test } from "vitest";
import { startRig } from "../test/rig.ts";
import { sampleService } from "../test/samples.ts";

const pilot = sampleService({});

test.for([
  ["as it was", [], undefined],
  [
    "with other adapters",
    ["--lora", "/l/one.gguf", "--lora", "/l/two.gguf=0.5"],
    {
      options: {
        lora: [
          { path: "/l/one.gguf", scale: 1 },
          { path: "/l/two.gguf", scale: 0.5 },
        ],
      },
    },
  ],
  ["without adapters", ["--no-lora"], { options: { lora: [] } }],
] as const)("a service is started again %s", async ([, words, body]) => {
  await using rig = await startRig({ getService: () => pilot, restartService: () => pilot });
  expect(await rig.run(["restart", "pilot", ...words])).toMatchObject({ code: 0 });
  expect(rig.stub.asked.find(({ route }) => route === "restartService")?.body).toEqual(body);
});
