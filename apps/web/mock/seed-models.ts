import type { Download, Model } from "@berth/api";

const minuteMs = 60_000;

export function typicalModels(now: number): Model[] {
  return [
    model(now, {
      id: "demo/berth/pilot",
      repo: "berth/pilot",
      revision: "demo",
      location: "demo",
      sizeBytes: 4_120_000,
      estimatedMemoryMiB: 24,
      parameters: 3_700_000,
      quantisation: "Q8_0",
      contextTokens: 1024,
    }),
    model(now, {
      id: "local/Qwen/Qwen2.5-1.5B-Instruct-GGUF@91cad51",
      repo: "Qwen/Qwen2.5-1.5B-Instruct-GGUF",
      revision: "91cad51170dc346986eccefdc2dd33a9da36ead9",
      location: "home",
      sizeBytes: 1_117_320_736,
      estimatedMemoryMiB: 1700,
      parameters: 1_777_088_000,
      quantisation: "Q4_K_M",
      contextTokens: 32_768,
    }),
    model(now, {
      id: "local/bartowski/Mistral-Nemo-Instruct-2407-GGUF@e00c9c1",
      repo: "bartowski/Mistral-Nemo-Instruct-2407-GGUF",
      revision: "e00c9c13ee2f1ce9ddd9a3ba8d4a1eea4d1b1b70",
      location: "cache",
      sizeBytes: 7_477_208_192,
      estimatedMemoryMiB: 11_480,
      parameters: 12_247_782_400,
      quantisation: "Q4_K_M",
      contextTokens: 131_072,
    }),
    {
      ...model(now, {
        id: "local/nomic-ai/nomic-embed-text-v1.5-GGUF@18d1044",
        repo: "nomic-ai/nomic-embed-text-v1.5-GGUF",
        revision: "18d1044f4866e224697ff06f7f2a2a6b6a2c8b7f",
        location: "home",
        sizeBytes: 146_146_432,
        estimatedMemoryMiB: 240,
        parameters: 136_727_040,
        quantisation: "Q8_0",
        contextTokens: 2048,
      }),
      image: "embeddings",
    },
    {
      ...model(now, {
        id: "local/someone/broken-GGUF@0000000",
        repo: "someone/an-organisation-with-a-long-name-and-a-model-with-an-even-longer-one-Instruct-GGUF",
        revision: "0123456789abcdef0123456789abcdef01234567",
        location: "home",
        sizeBytes: 801_112_064,
        estimatedMemoryMiB: null,
        parameters: null,
        quantisation: null,
        contextTokens: null,
      }),
      status: "incomplete",
      statusReason: "2 of 3 files are here; resume its download",
      facts: null,
    },
  ];
}

/** What lies in a cluster's shared cache. */
export function clusterModels(now: number): Model[] {
  const shelf = [
    ["meta-llama/Llama-3.1-8B-Instruct", 16_060_556_376, 8_030_261_248, "text-generation"],
    ["meta-llama/Llama-3.1-70B-Instruct", 141_107_412_480, 70_553_706_496, "text-generation"],
    ["openai/whisper-large-v3", 3_087_130_976, 1_543_490_560, "automatic-speech-recognition"],
  ] as const;
  const far = { profile: "adroit" };
  const seen = shelf.map(([repo, sizeBytes, parameters, task]) => {
    const one = model(now, {
      id: `della/${repo}@0e9e39f`,
      repo,
      revision: "0e9e39f249a16976918f6564b8830bc894c89659",
      location: "cache",
      sizeBytes,
      estimatedMemoryMiB: null,
      parameters,
      quantisation: null,
      contextTokens: task === "text-generation" ? 131_072 : null,
    });
    return {
      ...one,
      profile: "della",
      path: `/scratch/gpfs/shared/models/models--${repo.replace("/", "--")}/snapshots/${one.revision}`,
      files: [{ path: "model.safetensors", sizeBytes, quantisation: null }],
      image: task === "text-generation" ? ("text-generation" as const) : ("speech-recognition" as const),
      facts: one.facts === null ? null : { ...one.facts, format: "safetensors" as const, task },
    };
  });
  return [...seen, ...seen.slice(0, 1).map((one) => ({ ...one, ...far, id: `adroit/${one.repo}` }))];
}

interface ModelNumbers {
  readonly id: string;
  readonly repo: string;
  readonly revision: string;
  readonly location: Model["location"];
  readonly sizeBytes: number;
  readonly estimatedMemoryMiB: number | null;
  readonly parameters: number | null;
  readonly quantisation: string | null;
  readonly contextTokens: number | null;
}

function model(now: number, numbers: ModelNumbers): Model {
  const { parameters, quantisation, contextTokens, ...own } = numbers;
  const file = `${own.repo.split("/")[1] ?? own.repo}-${quantisation ?? "unknown"}.gguf`;
  return {
    ...own,
    refs: own.location === "demo" ? [] : ["main"],
    profile: "local",
    path: `/home/ada/.berth/models/models--${own.repo.replace("/", "--")}/snapshots/${own.revision}`,
    files: [{ path: file, sizeBytes: own.sizeBytes, quantisation }],
    status: "ready",
    statusReason: null,
    image: "text-generation",
    facts: {
      format: "gguf",
      task: "text-generation",
      architecture: "qwen2",
      parameters,
      quantisation,
      contextTokens,
      embeddingLength: 1536,
      layers: 28,
      kvHeads: 2,
      headSize: 128,
      hasChatTemplate: true,
      licence: "apache-2.0",
    },
    modifiedAt: now - 3 * 24 * 60 * minuteMs,
  };
}

export function typicalDownloads(now: number): Download[] {
  const base: Download = {
    id: "dl_7f3a",
    repo: "Qwen/Qwen2.5-7B-Instruct-GGUF",
    revision: "main",
    commit: "bb5d59e06d9551d752d08b292a50eb208b07ab1f",
    profile: "local",
    variant: "Q4_K_M",
    files: [
      "qwen2.5-7b-instruct-q4_k_m-00001-of-00002.gguf",
      "qwen2.5-7b-instruct-q4_k_m-00002-of-00002.gguf",
    ],
    status: "RUNNING",
    statusReason: null,
    bytesDone: 1_310_000_000,
    bytesTotal: 4_683_073_248,
    bytesPerSecond: 41_000_000,
    etaSeconds: 82,
    createdAt: now - 32_000,
    updatedAt: now,
    modelId: null,
  };
  return [
    base,
    {
      ...base,
      id: "dl_09bb",
      repo: "someone/an-organisation-with-a-long-name-and-a-model-with-an-even-longer-one-Instruct-GGUF",
      status: "FAILED",
      statusReason: "The hub answered 503 six times in a row; 801 MB are kept. Resume when it is back.",
      bytesDone: 801_112_064,
      bytesTotal: 2_019_377_440,
      bytesPerSecond: null,
      etaSeconds: null,
    },
  ];
}

export function crowdModel(index: number, now: number): Model {
  return model(now, {
    id: `local/crowd/model-${index}`,
    repo: `crowd-${index % 100}/model-${index}-GGUF`,
    revision: (0x1000_0000 + index * 104_729).toString(16).repeat(5),
    location: index % 2 === 0 ? "cache" : "home",
    sizeBytes: 100_000_000 + index * 1_234_567,
    estimatedMemoryMiB: 200 + index,
    parameters: 1_000_000 * (index + 1),
    quantisation: ["Q4_K_M", "Q8_0", "F16"][index % 3] ?? null,
    contextTokens: 4096,
  });
}
