import { berthCommand, type ServiceFacts } from "./berth-command.ts";
import { withMoreGpus } from "./option-rules.ts";
import type { Rule } from "./rule.ts";

/** GPUs that are too small, too old, or not there. */
export const gpuRules: readonly Rule[] = [
  {
    kind: "gpu_out_of_memory",
    pattern:
      /CUDA out of memory|cudaMalloc failed: out of memory|CUDA error: out of memory|HIP out of memory|cudaErrorMemoryAllocation/,
    tell: ({ service, match }) => {
      const [, capacity] = /total capac\w* of ([\d.]+ [GM]iB)/.exec(match?.input ?? "") ?? [];
      return {
        summary: `the GPU's memory${capacity === undefined ? "" : ` of ${capacity}`} was not enough`,
        advice:
          "ask for a larger GPU or more of them, for fewer tokens, or serve a smaller or quantised model",
        command: withHalfTheTokens(service) ?? withMoreGpus(service),
      };
    },
  },
  {
    kind: "cuda_mismatch",
    pattern:
      /NVIDIA driver on your system is too old|CUDA driver version is insufficient for CUDA runtime version|no kernel image is available for execution on the device|forward compatibility was attempted on non supported HW|unsatisfied condition: cuda>=|PTX .* unsupported toolchain/,
    tell: ({ match }) => {
      const [, version] = /found version (\d+)/.exec(match?.input ?? "") ?? [];
      const driver = version === undefined ? "" : `, which knows CUDA ${cudaVersion(version)}`;
      return {
        summary: `the engine was built for another CUDA than the node's driver or GPU has${driver}`,
        advice:
          "use an image built for that CUDA (--container), or nodes with newer GPUs or drivers (--constraint)",
      };
    },
  },
  {
    kind: "no_gpu",
    pattern:
      /No CUDA GPUs are available|Found no NVIDIA driver on your system|Failed to infer device type|Torch not compiled with CUDA enabled|no CUDA-capable device is detected|could not select device driver "" with capabilities: \[\[gpu\]\]|Could not find any nv files on this host/,
    tell: ({ service }) => ({
      summary: "it wanted a GPU and saw none",
      advice:
        service.resources?.gres === undefined
          ? "ask for one: --gres 1"
          : "its runtime did not hand the GPU on: see berth doctor, or choose another by --runtime",
      command:
        service.resources !== null && service.resources.gres === undefined
          ? berthCommand({ ...service, resources: { ...service.resources, gres: "1" } })
          : undefined,
    }),
  },
];

/** 11040 is 11.4. */
function cudaVersion(version: string): string {
  const number = Number(version);
  return `${Math.floor(number / 1000)}.${Math.floor((number % 1000) / 10)}`;
}

function withHalfTheTokens(service: ServiceFacts): string | undefined {
  const tokens = service.options.maxTotalTokens;
  if (tokens === undefined || tokens < 1024) return undefined;
  const half = Math.floor(tokens / 2);
  const { maxInputTokens } = service.options;
  const options = {
    ...service.options,
    maxTotalTokens: half,
    ...(maxInputTokens !== undefined && maxInputTokens >= half ? { maxInputTokens: half - 1 } : {}),
  };
  return berthCommand({ ...service, options });
}
