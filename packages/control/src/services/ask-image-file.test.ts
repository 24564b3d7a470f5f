import type { Runtime } from "@berth/api";
import { plainSurroundings, type Surroundings } from "@berth/engines";
import { expect, test } from "vitest";
import { cluster, here } from "../testing/harbour.ts";
import { askImageFile, type ImageLookup } from "./ask-image-file.ts";

const { signal } = new AbortController();
const vllm = { image: "vllm/vllm-openai:v0.20.0" };
const sif = "/scratch/me/berth/images/vllm-openai_v0.20.0.sif";

/** A place with this one file; what is looked for is written down. */
function onPlace(asked: string[] = []): ImageLookup {
  return {
    find: async (reference) => {
      asked.push(reference);
      return reference === vllm.image ? sif : undefined;
    },
  };
}

const inside = (runtime: Runtime, container?: string): Surroundings => ({
  ...plainSurroundings,
  runtime,
  container,
});

test.each([
  ["the image it names", inside("apptainer", vllm.image)],
  ["the engine's usual image", inside("apptainer")],
])("a job of Apptainer's runs the file that was made of %s", async (_fact, surroundings) => {
  const found = await askImageFile(surroundings, vllm, cluster, onPlace(), signal);
  expect(found).toEqual({ ...surroundings, imageFile: sif });
});

test.each([
  ["a file's path", inside("apptainer", "/images/x.sif"), cluster],
  ["a path below the home", inside("apptainer", "~/x.sif"), cluster],
  ["an image that the job is to fetch", inside("apptainer", "docker://vllm/vllm-openai:v0.20.0"), cluster],
  ["another runtime's image", inside("podman", vllm.image), cluster],
  ["a plain process", inside("process"), cluster],
  ["a service of this machine", inside("apptainer", vllm.image), here],
])("%s is looked for nowhere", async (_fact, surroundings, profile) => {
  const asked: string[] = [];
  expect(await askImageFile(surroundings, vllm, profile, onPlace(asked), signal)).toEqual(surroundings);
  expect(asked).toEqual([]);
});

test("an engine without an image of its own has none to look for", async () => {
  const surroundings = inside("apptainer");
  expect(await askImageFile(surroundings, {}, cluster, onPlace(), signal)).toEqual(surroundings);
});

test("what is not there is refused, with the command that brings it", async () => {
  await expect(
    askImageFile(inside("apptainer", "org/tool:1"), vllm, cluster, onPlace(), signal),
  ).rejects.toMatchObject({
    code: "unprocessable",
    param: "container",
    message:
      'image org/tool:1 is not on profile della: "berth image pull org/tool:1 -p della" brings it; docker://org/tool:1 has the job fetch it',
  });
});
