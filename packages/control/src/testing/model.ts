import type { Model } from "@berth/api";

/** A small GGUF model of a repository, whole, in the home; but for what is given. */
export function model(given: Partial<Model> = {}): Model {
  const repo = given.repo ?? "berth/pilot";
  const revision = given.revision ?? "aaaa1111";
  return {
    id: `here:${repo}@${revision}`,
    repo,
    revision,
    refs: [],
    profile: "here",
    location: "home",
    path: `/home/models/${repo}/${revision}`,
    files: [{ path: "model.gguf", sizeBytes: 4_000_000, quantisation: "Q8_0" }],
    sizeBytes: 4_000_000,
    status: "ready",
    statusReason: null,
    image: "text-generation",
    facts: null,
    estimatedMemoryMiB: 140,
    modifiedAt: 1_000,
    ...given,
  };
}
