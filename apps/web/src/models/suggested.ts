/** A model worth trying first, with what its maker's page says of the recommended file. */
export interface Suggested {
  readonly repo: string;
  readonly variant: string;
  readonly parameters: string;
  readonly sizeBytes: number;
  /** Weights, a context of 4,096 tokens and working memory. */
  readonly memoryMiB: number;
  readonly goodFor: string;
}

/** Small to large, all of one format that this machine runs without a GPU. */
export const suggested: readonly Suggested[] = [
  {
    repo: "Qwen/Qwen2.5-0.5B-Instruct-GGUF",
    variant: "Q4_K_M",
    parameters: "0.5 B",
    sizeBytes: 491_000_000,
    memoryMiB: 700,
    goodFor: "Quick replies on any machine; knows little.",
  },
  {
    repo: "Qwen/Qwen2.5-1.5B-Instruct-GGUF",
    variant: "Q4_K_M",
    parameters: "1.5 B",
    sizeBytes: 1_120_000_000,
    memoryMiB: 1500,
    goodFor: "Short texts, extraction, simple questions.",
  },
  {
    repo: "Qwen/Qwen2.5-7B-Instruct-GGUF",
    variant: "Q4_K_M",
    parameters: "7.6 B",
    sizeBytes: 4_680_000_000,
    memoryMiB: 5500,
    goodFor: "Real conversations and code.",
  },
];
