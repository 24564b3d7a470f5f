import { BerthError, type ContainerImage, type ImagePull, type Routes } from "@berth/api";
import type { MockHandler } from "./handler.ts";

const minuteMs = 60_000;

export function clusterImages(now: number): ContainerImage[] {
  return [
    image(now, { id: "della/vllm-openai_v0.20.0.sif", name: "vllm/vllm-openai", tag: "v0.20.0" }),
    image(now, {
      id: "della/cache/tgi.sif",
      name: "text-generation-inference",
      tag: null,
      location: "cache",
      path: "/scratch/gpfs/shared/models/images/text-generation-inference.sif",
      digest: null,
      fileSha256: null,
      source: null,
      sizeBytes: 11_204_000_000,
    }),
  ];
}

function image(
  now: number,
  given: Partial<ContainerImage> & Pick<ContainerImage, "id" | "name" | "tag">,
): ContainerImage {
  return {
    profile: "della",
    location: "home",
    digest: "sha256:9c1f0b9d7c2d6a3b4e5f60718293a4b5c6d7e8f9012a3b4c5d6e7f8091a2b3c4",
    fileSha256: "11".repeat(32),
    path: "/home/ada/.berth/images/vllm-openai_v0.20.0.sif",
    source: "docker://vllm/vllm-openai:v0.20.0",
    sizeBytes: 8_431_000_000,
    createdAt: now - 6 * 24 * 60 * minuteMs,
    ...given,
  };
}

export const createImagePull: MockHandler<Routes["createImagePull"]> = ({ body }, world) => {
  if (body.source.endsWith(":missing"))
    throw new BerthError("unprocessable", `the registry has no ${body.source}`, { param: "source" });
  const pull: ImagePull = {
    id: world.newId("pull_"),
    profile: body.profile ?? "local",
    source: body.source,
    status: "RUNNING",
    statusReason: body.loginNode === true ? null : "Slurm job 48402",
    logTail: ["INFO:    Converting OCI blobs to SIF format", "INFO:    Fetching OCI image..."],
    image: null,
    createdAt: Date.now(),
    updatedAt: Date.now(),
  };
  return world.changePull(pull);
};

export const cancelImagePull: MockHandler<Routes["cancelImagePull"]> = ({ params }, world) => {
  const pull = world.pulls.get(params.id);
  if (pull === undefined) throw new BerthError("not_found", `no pull ${params.id}`);
  return world.changePull({ ...pull, status: "CANCELLED", statusReason: null });
};
