import { describe, expect, test } from "vitest";
import { serviceRow } from "../testing/service-row.ts";
import { berthCommand } from "./berth-command.ts";
import { diagnose } from "./diagnose.ts";

/** On a cluster, with everything that an order can hold. */
const { service } = serviceRow({
  name: "mine",
  profile: "della",
  engine: "vllm",
  runtime: "apptainer",
  model: "org/model",
  resources: { time: "30", gres: "1", memoryMiB: 16_384, constraint: "amd&gpu40" },
  options: { maxTotalTokens: 131_072, extra: ["--swap", "4", "--api-key", "sk-1"] },
  env: { HF_TOKEN: "hf_secret" },
  hasApiKey: true,
});
const given =
  "berth run --profile della --name mine --time 30 --gres 1 --mem 16384M --constraint 'amd&gpu40'";
const rest = "--runtime apptainer --env HF_TOKEN --ask-api-key text-generation org/model --engine vllm";
const tail = "--swap 4 --api-key '***'";

const exit = { exitCode: 1, signal: null, reason: "the engine exited with code 1", logTail: [] };

// one row, one line; lines as the programs print them (vLLM, PyTorch, llama.cpp, TGI, Hugging Face, Slurm, Apptainer, Docker)
// oxfmt-ignore
const table: readonly (readonly [kind: string, line: string, summary: string, command: string | null])[] = [
  ["context_too_long", "ValueError: The model's max seq len (131072) is larger than the maximum number of tokens that can be stored in KV cache (39024). Try increasing `gpu_memory_utilization` or decreasing `max_model_len` when initializing the engine.", "its context of 131072 tokens does not fit into the GPU's memory beside the model; 39024 tokens do", `${given} ${rest} --max-total-tokens 39024 -- ${tail}`],
  ["context_too_long", "ValueError: To serve at least one request with the models's max seq len (131072), (16.00 GiB KV cache is needed, which is larger than the available KV cache memory (5.58 GiB). Based on the available memory, the estimated maximum model length is 45712. Try increasing `gpu_memory_utilization` or decreasing `max_model_len` when initializing the engine.", "its context of 131072 tokens does not fit into the GPU's memory beside the model; 45712 tokens do", `${given} ${rest} --max-total-tokens 45712 -- ${tail}`],
  ["context_too_long", "User-specified max_model_len (131072) is greater than the derived max_model_len (max_position_embeddings=2048 or model_max_length=None in model's config.json).", "the model takes 2048 tokens at most; 131072 were asked for", `${given} ${rest} --max-total-tokens 2048 -- ${tail}`],
  ["context_too_long", "Error: Warmup(Generation(\"Not enough memory to handle 4096 prefill tokens. You need to decrease `--max-batch-prefill-tokens`\"))", "4096 prompt tokens at once do not fit into the GPU's memory", `${given} ${rest} --max-total-tokens 131072 --max-batch-prefill-tokens 2048 -- ${tail}`],
  ["context_too_long", "ValueError: No available memory for the cache blocks. Try increasing `gpu_memory_utilization` when initializing the engine.", "the model fills the GPU; no memory is left for a single request", `${given.replace("--gres 1", "--gres 2")} ${rest} --max-total-tokens 131072 -- ${tail}`],
  ["bad_option", "vllm: error: unrecognized arguments: --swap 4", "vllm knows no option --swap", `${given} ${rest} --max-total-tokens 131072 -- --api-key '***'`],
  ["bad_option", "api_server.py: error: unrecognized arguments: --language-model-only", "vllm knows no option --language-model-only", null],
  ["bad_option", "error: unexpected argument '--swap' found", "vllm knows no option --swap", `${given} ${rest} --max-total-tokens 131072 -- --api-key '***'`],
  ["bad_adapter", "llama.cpp error: llama_adapter_lora_init: failed to open '/data/adapter.gguf': No such file or directory", "a LoRA adapter cannot be used: failed to open '/data/adapter.gguf': No such file or directory", null],
  ["bad_adapter", "[Error: Failed to initialize LoRA adapter \"/data/adapter.gguf\"]", "a LoRA adapter cannot be used: /data/adapter.gguf", null],
  ["gated_model", "Cannot access gated repo for url https://huggingface.co/google/gemma-3-4b-pt/resolve/main/config.json.", "google/gemma-3-4b-pt is gated: its owners give it only to those they know", "berth model add google/gemma-3-4b-pt --profile della"],
  ["gated_model", "huggingface_hub.errors.GatedRepoError: 401 Client Error. (Request ID: Root=1-66f4b037-1bf3d7d219afbc904ee05694)", "org/model is gated: its owners give it only to those they know", "berth model add org/model --profile della"],
  ["missing_model", "huggingface_hub.utils._errors.RepositoryNotFoundError: 401 Client Error. Repository Not Found for url: https://huggingface.co/api/models/org/private-model/revision/main.", "the hub has no org/private-model, or hides it from those who show no token", null],
  ["missing_model", "OSError: org/mdel is not a local folder and is not a valid model identifier listed on 'https://huggingface.co/models'", "the hub has no org/model, or hides it from those who show no token", null],
  ["unauthorized_model", "requests.exceptions.HTTPError: 403 Client Error: Forbidden for url: https://huggingface.co/org/model/resolve/main/config.json", "the hub did not accept the token, or none was shown", null],
  ["offline", "OSError: We couldn't connect to 'https://huggingface.co' to load the files, and couldn't find them in the cached files.", "it wanted something from the hub, which cannot be reached from where it runs", "berth model add org/model --profile della"],
  ["offline", "huggingface_hub.errors.LocalEntryNotFoundError: Cannot find an appropriate cached snapshot folder for the specified revision on the local disk and outgoing traffic has been disabled.", "it wanted something from the hub, which cannot be reached from where it runs", "berth model add org/model --profile della"],
  ["gpu_out_of_memory", "torch.OutOfMemoryError: CUDA out of memory. Tried to allocate 350.00 MiB. GPU 0 has a total capacity of 23.68 GiB of which 212.81 MiB is free.", "the GPU's memory of 23.68 GiB was not enough", `${given} ${rest} --max-total-tokens 65536 -- ${tail}`],
  ["gpu_out_of_memory", "torch.cuda.OutOfMemoryError: CUDA out of memory. Tried to allocate 3.50 GiB. GPU 0 has a total capacty of 23.69 GiB of which 3.09 GiB is free.", "the GPU's memory of 23.69 GiB was not enough", `${given} ${rest} --max-total-tokens 65536 -- ${tail}`],
  ["gpu_out_of_memory", "ggml_backend_cuda_buffer_type_alloc_buffer: allocating 14136.04 MiB on device 0: cudaMalloc failed: out of memory", "the GPU's memory was not enough", `${given} ${rest} --max-total-tokens 65536 -- ${tail}`],
  ["cuda_mismatch", "RuntimeError: The NVIDIA driver on your system is too old (found version 11040). Please update your GPU driver by downloading and installing a new version from the URL: http://www.nvidia.com/Download/index.aspx", "the engine was built for another CUDA than the node's driver or GPU has, which knows CUDA 11.4", null],
  ["cuda_mismatch", "RuntimeError: CUDA error: no kernel image is available for execution on the device", "the engine was built for another CUDA than the node's driver or GPU has", null],
  ["no_gpu", "RuntimeError: No CUDA GPUs are available", "it wanted a GPU and saw none", null],
  ["no_gpu", "RuntimeError: Failed to infer device type, please set the environment variable `VLLM_LOGGING_LEVEL=DEBUG` to turn on verbose logging", "it wanted a GPU and saw none", null],
  ["out_of_memory", "slurmstepd: error: Detected 1 oom_kill event in StepId=11300781.0. Some of the step tasks have been OOM Killed.", "it took more memory than it was given, 16384 MiB", `${given.replace("16384M", "32768M")} ${rest} --max-total-tokens 131072 -- ${tail}`],
  ["out_of_memory", "slurmstepd: error: Detected 1 oom-kill event(s) in StepId=6.batch. Some of the step tasks have been OOM Killed.", "it took more memory than it was given, 16384 MiB", `${given.replace("16384M", "32768M")} ${rest} --max-total-tokens 131072 -- ${tail}`],
  ["disk_quota", "OSError: [Errno 122] Disk quota exceeded: '/home/me/.cache/matplotlib/fontlist-v310.json'", "the quota is used up at /home/me/.cache/matplotlib/fontlist-v310.json", null],
  ["disk_full", "OSError: [Errno 28] No space left on device", "the disk is full", null],
  ["time_limit", "slurmstepd: error: *** JOB 3561528 ON g10 CANCELLED AT 2025-08-19T17:09:34 DUE TO TIME LIMIT ***", "its wall time was over", `${given} ${rest.replace("--ask", "--renew --ask")} --max-total-tokens 131072 -- ${tail}`],
  ["missing_module", "ModuleNotFoundError: No module named 'vllm'", "Python has no module vllm", null],
  ["old_glibc", "node: /lib64/libc.so.6: version `GLIBC_2.28' not found (required by node)", "the node's system library is too old for node, which needs GLIBC_2.28", null],
  ["missing_library", "whisper.cpp cannot be loaded here: libgomp.so.1: cannot open shared object file: No such file or directory", "the node has no system library libgomp.so.1", null],
  ["bad_image", "FATAL:   could not open image /shared/images/vllm.sif: failed to retrieve path for /shared/images/vllm.sif: lstat /shared/images/vllm.sif: no such file or directory", "the container image cannot be used", null],
  ["bad_image", "docker: Error response from daemon: manifest unknown: manifest unknown", "the container image cannot be used", null],
  ["permission_denied", "PermissionError: [Errno 13] Permission denied: '/data/audio/a.wav'", "it may not read or write /data/audio/a.wav", null],
  ["permission_denied", "FATAL:   container creation failed: mount hook function failure: mount /data->/data error: while mounting /data: mount source /data doesn't exist", "it may not read or write /data", null],
  ["port_in_use", "OSError: [Errno 98] error while attempting to bind on address ('0.0.0.0', 8000): address already in use", "the port it wanted is taken by another program of that machine", null],
  ["port_in_use", "Error: listen EADDRINUSE: address already in use 127.0.0.1:8000", "the port it wanted is taken by another program of that machine", null],
  ["missing_program", "/var/spool/slurmd/job00042/slurm_script: line 12: apptainer: command not found", "apptainer is not there", null],
  ["missing_program", 'there is no program "my-server"', "my-server is not there", null],
];

describe("a log shows", () => {
  test.each(table)("%s: %s", (kind, line, summary, command) => {
    const logTail = ["INFO 03-27 10:29:13 loading", line, "Traceback (most recent call last):"];
    const found = diagnose({ service, exit: { ...exit, logTail }, cause: undefined });
    expect(found).toMatchObject({ kind, summary, evidence: [line], command });
    expect(found?.advice).not.toBe("");
  });

  test("a runtime that jobs do not find, with what puts it on their PATH", () => {
    const logTail = ['there is no program "apptainer" on PATH (/usr/bin:/bin)'];
    const contained = { ...service, runtime: "apptainer" as const };
    const found = diagnose({ service: contained, exit: { ...exit, logTail }, cause: undefined });
    expect(found?.advice).toContain("setup line");
  });

  test("nothing, where its words are not known", () => {
    expect(diagnose({ service, exit: { ...exit, logTail: ["boom"] }, cause: undefined })).toBeNull();
  });

  test("all lines that prove it, each once, and no more than a few", () => {
    const lines = Array.from(
      { length: 20 },
      (_, index) => `ModuleNotFoundError: No module named 'm${index % 10}'`,
    );
    const found = diagnose({ service, exit: { ...exit, logTail: lines }, cause: undefined });
    expect(found?.evidence).toEqual(lines.slice(0, 4));
  });
});

test("an end that the scheduler explains needs no line", () => {
  const found = diagnose({ service, exit, cause: "out_of_memory" });
  expect(found).toMatchObject({ kind: "out_of_memory", evidence: [] });
});

test("no key and no value of the environment stands in a command", () => {
  const text = berthCommand(service);
  expect(text).not.toMatch(/sk-1|hf_secret/);
  expect(text).toContain("--env HF_TOKEN --ask-api-key");
});

test("whatever its words hold, the command is one that a shell takes as they are", () => {
  const odd = { ...service, name: "a b", model: "org/it's $(x)", options: {}, env: {}, hasApiKey: false };
  expect(berthCommand(odd)).toContain("--name 'a b'");
  expect(berthCommand(odd)).toContain(String.raw`'org/it'\''s $(x)'`);
});

test("a command of the user's own is told as such", () => {
  const command = { argv: ["my server", "--port", "{port}"], healthPath: "/up", env: { A: "1" } };
  const own = {
    ...serviceRow({ command, image: "command", engine: "command", model: null, name: "mine" }).service,
  };
  expect(berthCommand(own)).toBe(
    "berth run --profile here --name mine command --health /up --env A -- 'my server' --port '{port}'",
  );
});
