import type { Service, SlurmJob } from "@berth/api";
import { service } from "./seed-services.ts";

const minuteMs = 60_000;

/** Services of a cluster, each in a state only clusters have, and one that hears. */
export function clusterServices(now: number): Service[] {
  return [renewing(now), pending(now), cutOff(now), outOfMemory(now), speech(now)];
}

function renewing(now: number): Service {
  return onCluster(now, {
    id: "fed36739",
    name: "quiet-heron",
    status: "HEALTHY",
    port: 8090,
    inFlight: 12,
    renew: true,
    transport: "forward",
    healthyAt: now - 21 * minuteMs,
    job: job({
      id: "48213",
      state: "RUNNING",
      node: "della-g4",
      submittedAt: now - 41 * minuteMs,
      startedAt: now - 22 * minuteMs,
      endsAt: now + 38 * minuteMs,
    }),
    successor: {
      launchId: "fed36739-2",
      status: "PENDING",
      job: job({
        id: "48377",
        state: "PENDING",
        reason: "other jobs go first (Priority)",
        submittedAt: now - 4 * minuteMs,
        expectedStartAt: now + 26 * minuteMs,
        jobsAhead: 2,
      }),
      expectedReadyAt: now + 27 * minuteMs,
    },
  });
}

function pending(now: number): Service {
  return onCluster(now, {
    id: "2b77a0c4",
    name: "lone-petrel",
    model: "meta-llama/Llama-3.1-70B-Instruct",
    status: "PENDING",
    statusReason: "other jobs go first (Priority)",
    port: 8091,
    resources: { partition: "gpu", gres: "gpu:h100:4", time: "04:00:00", memoryMiB: 262_144 },
    expectedReadyAt: now + 52 * minuteMs,
    job: job({
      id: "48390",
      state: "PENDING",
      reason: "other jobs go first (Priority)",
      submittedAt: now - 6 * minuteMs,
      expectedStartAt: now + 49 * minuteMs,
      jobsAhead: 3,
      requeues: 1,
    }),
  });
}

function cutOff(now: number): Service {
  return onCluster(now, {
    id: "90d1c5ee",
    name: "far-auk",
    profile: "adroit",
    status: "HEALTHY",
    port: 8092,
    transport: "relay",
    unreachableSince: now - 3 * 60 * minuteMs,
    healthyAt: now - 5 * 60 * minuteMs,
    job: job({
      id: "1177",
      state: "RUNNING",
      partition: "all",
      node: "adroit-08",
      submittedAt: now - 6 * 60 * minuteMs,
      startedAt: now - 5.2 * 60 * minuteMs,
      endsAt: now + 2 * 60 * minuteMs,
    }),
  });
}

function outOfMemory(now: number): Service {
  return onCluster(now, {
    id: "7c41b8aa",
    name: "wide-puffin",
    model: "mistralai/Mixtral-8x7B-Instruct-v0.1",
    status: "FAILED",
    statusReason: "The engine ended with exit code 1",
    endedAt: now - 8 * minuteMs,
    updatedAt: now - 8 * minuteMs,
    resources: { partition: "gpu-short", gres: "gpu:v100:1", time: "01:00:00" },
    job: job({
      id: "48101",
      state: "FAILED",
      partition: "gpu-short",
      node: "della-v2",
      submittedAt: now - 16 * minuteMs,
      startedAt: now - 12 * minuteMs,
    }),
    logTail: [
      "Loading safetensors checkpoint shards:   0% Completed | 0/19 [00:00<?, ?it/s]",
      "torch.OutOfMemoryError: CUDA out of memory. Tried to allocate 448.00 MiB. GPU 0 has a total capacity of 31.74 GiB of which 212.31 MiB is free.",
      "RuntimeError: Engine core initialization failed.",
    ],
    diagnosis: {
      kind: "out_of_memory",
      summary: "The GPU has too little memory for the model: about 87 GiB are needed, it has 31.7 GiB.",
      evidence: [
        "torch.OutOfMemoryError: CUDA out of memory. Tried to allocate 448.00 MiB. GPU 0 has a total capacity of 31.74 GiB of which 212.31 MiB is free.",
      ],
      advice: "Spread the model over more GPUs, choose a GPU with more memory, or a quantised model.",
      command:
        "berth run --profile della --partition gpu --gres gpu:a100:2 --time 01:00:00 text-generation mistralai/Mixtral-8x7B-Instruct-v0.1",
    },
  });
}

function speech(now: number): Service {
  return service(now, {
    id: "4d90ab12",
    name: "keen-warbler",
    image: "speech-recognition",
    task: "automatic-speech-recognition",
    model: "openai/whisper-small",
    revision: "973afd24965f72e36ca33b3055d56a652f456b4d",
    engine: "transformers-js",
    status: "HEALTHY",
    port: 8093,
    contextTokens: null,
    parallel: 1,
    memoryMiB: 612,
    healthyAt: now - 30 * minuteMs,
  });
}

function onCluster(now: number, given: Partial<Service> & { id: string; name: string }): Service {
  return service(now, {
    model: "meta-llama/Llama-3.1-8B-Instruct",
    revision: "0e9e39f249a16976918f6564b8830bc894c89659",
    modelPath: "/scratch/gpfs/shared/models/models--meta-llama--Llama-3.1-8B-Instruct",
    profile: "della",
    engine: "vllm",
    runtime: "apptainer",
    container: "vllm/vllm-openai:v0.20.0",
    options: {},
    resources: { partition: "gpu", gres: "gpu:a100:1", time: "01:00:00", account: "proj" },
    contextTokens: null,
    parallel: null,
    estimatedMemoryMiB: null,
    ...given,
  });
}

function job(given: Partial<SlurmJob> & Pick<SlurmJob, "id" | "state">): SlurmJob {
  return {
    reason: null,
    partition: "gpu",
    node: null,
    submittedAt: null,
    startedAt: null,
    endsAt: null,
    expectedStartAt: null,
    jobsAhead: null,
    requeues: 0,
    ...given,
  };
}
