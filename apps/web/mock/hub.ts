import { BerthError, type HubModel, type HubRepo, type HubVariant } from "@berth/api";

interface Shelf {
  readonly id: string;
  readonly task: string;
  readonly downloads: number;
  readonly gated: HubModel["gated"];
  readonly runnable: boolean;
  readonly variants: readonly [name: string, sizeBytes: number, memoryMiB: number][];
}

const shelves: readonly Shelf[] = [
  {
    id: "Qwen/Qwen2.5-0.5B-Instruct-GGUF",
    task: "text-generation",
    downloads: 412_000,
    gated: false,
    runnable: true,
    variants: [
      ["Q4_K_M", 491_400_032, 720],
      ["Q8_0", 675_710_816, 930],
    ],
  },
  {
    id: "Qwen/Qwen2.5-7B-Instruct-GGUF",
    task: "text-generation",
    downloads: 1_204_000,
    gated: false,
    runnable: true,
    variants: [
      ["Q2_K", 3_015_940_032, 3600],
      ["Q4_K_M", 4_683_073_248, 5400],
      ["Q5_K_M", 5_444_831_584, 6200],
      ["Q8_0", 8_098_525_888, 9100],
      ["F16", 15_237_852_352, 16_600],
    ],
  },
  {
    id: "meta-llama/Llama-3.2-3B-Instruct",
    task: "text-generation",
    downloads: 2_300_100,
    gated: "manual",
    runnable: false,
    variants: [["all", 6_430_000_000, 7800]],
  },
  {
    id: "nomic-ai/nomic-embed-text-v1.5-GGUF",
    task: "feature-extraction",
    downloads: 88_012,
    gated: false,
    runnable: true,
    variants: [["Q8_0", 146_146_432, 240]],
  },
  {
    id: "someone/an-organisation-with-a-long-name-and-a-model-with-an-even-longer-one-Instruct-GGUF",
    task: "text-generation",
    downloads: 12,
    gated: false,
    runnable: true,
    variants: [["Q4_K_M", 2_019_377_440, 2600]],
  },
];

/** A few shelves of a hub, searched by words. */
export function searchHub(words: string, task: string | undefined): HubModel[] {
  const wanted = words.toLowerCase().split(/\s+/).filter(Boolean);
  return shelves
    .filter((shelf) => task === undefined || shelf.task === task)
    .filter((shelf) => wanted.every((word) => shelf.id.toLowerCase().includes(word)))
    .map(shown);
}

export function hubRepo(id: string): HubRepo {
  const shelf = shelves.find((one) => one.id === id);
  if (shelf === undefined) throw new BerthError("not_found", `the hub has no model ${id}`, { param: "repo" });
  const variants = shelf.variants.map(([name, sizeBytes, estimatedMemoryMiB]): HubVariant => ({
    name,
    files: [name === "all" ? "model.safetensors" : `${id.split("/")[1]?.toLowerCase() ?? id}-${name}.gguf`],
    sizeBytes,
    estimatedMemoryMiB,
    recommended: name === "Q4_K_M" || shelf.variants.length === 1,
  }));
  return {
    ...shown(shelf),
    revision: "bb5d59e06d9551d752d08b292a50eb208b07ab1f",
    branches: ["main"],
    tags: [],
    variants,
    files: variants.flatMap((one) => one.files.map((path) => ({ path, sizeBytes: one.sizeBytes }))),
    licence: shelf.gated === false ? "apache-2.0" : "llama3.2",
  };
}

function shown(shelf: Shelf): HubModel {
  const { id, task, downloads, gated, runnable } = shelf;
  return {
    id,
    task,
    downloads,
    likes: Math.round(downloads / 900),
    gated,
    private: false,
    updatedAt: 1_726_000_000_000,
    runnable,
  };
}
