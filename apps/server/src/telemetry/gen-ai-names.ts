import type { OperationName } from "@berth/gateway";

const operations: Partial<Record<OperationName, string>> = {
  "chat.completions": "chat",
  completions: "text_completion",
};

/** What OpenTelemetry's conventions for generative AI call an operation; those they have no word for keep ours. */
export function genAiOperation(operation: OperationName): string {
  return operations[operation] ?? operation;
}

/** Who answered, in the same conventions; our own services are ours. */
export function genAiProvider(provider: string | undefined): string {
  return provider ?? "berth";
}
