import { readFileSync } from "node:fs";
import type { CreateService, EngineOptions } from "@berth/api";
import { askText } from "../ask-text.ts";
import type { Cli } from "../cli.ts";
import { readDuration } from "../duration.ts";
import { CliError } from "../exit.ts";
import type { LaunchOptions } from "./launch-options.ts";
import { readContainer } from "./read-container.ts";
import { readLora } from "./read-lora.ts";
import { readMemoryMiB } from "./read-memory.ts";
import { readResources } from "./scheduler-options.ts";

/** The request's part that every kind of service shares. */
export async function readLaunch(
  cli: Cli,
  options: LaunchOptions,
  extra: readonly string[],
): Promise<CreateService> {
  const { profile, name, revision, port, force, engine, renew, idleTimeout } = options;
  const resources = readResources(options);
  const engineOptions = readEngineOptions(cli, options, extra);
  const idleTimeoutSeconds = idleTimeout === undefined ? undefined : readIdleTimeout(idleTimeout);
  const wrapping = await readContainer(cli, options);
  const apiKey = await readApiKey(cli, options);
  return {
    ...(profile === undefined ? {} : { profile }),
    ...(name === undefined ? {} : { name }),
    ...(revision === undefined ? {} : { revision }),
    ...(port === undefined ? {} : { port }),
    ...(force === undefined ? {} : { force }),
    ...(apiKey === undefined ? {} : { apiKey }),
    ...(engine === undefined ? {} : { engine: engine as NonNullable<CreateService["engine"]> }),
    ...(Object.keys(engineOptions).length === 0 ? {} : { options: engineOptions }),
    ...(resources === undefined ? {} : { resources }),
    ...wrapping,
    ...(renew === undefined ? {} : { renew }),
    ...(idleTimeoutSeconds === undefined ? {} : { idleTimeoutSeconds }),
  };
}

const leastIdleSeconds = 10;

function readIdleTimeout(text: string): number {
  const seconds = Math.round(readDuration(text, "--idle-timeout"));
  if (seconds >= leastIdleSeconds) return seconds;
  throw new CliError("usage", `--idle-timeout: give ${leastIdleSeconds} seconds at least`);
}

function readEngineOptions(cli: Cli, options: LaunchOptions, extra: readonly string[]): EngineOptions {
  const { maxInputLength, maxTotalTokens, parallel, threads, gpuLayers, lora, file } = options;
  const { sharded, numShard, disableCustomKernels, trustRemoteCode, maxStopSequences } = options;
  const { maxBatchPrefillTokens, shmSize } = options;
  return {
    ...(maxInputLength === undefined ? {} : { maxInputTokens: maxInputLength }),
    ...(maxTotalTokens === undefined ? {} : { maxTotalTokens }),
    ...(parallel === undefined ? {} : { parallel }),
    ...(threads === undefined ? {} : { threads }),
    ...(gpuLayers === undefined ? {} : { gpuLayers: readGpuLayers(gpuLayers) }),
    ...(lora === undefined ? {} : { lora: lora.map((text) => readLora(cli, text)) }),
    ...(file === undefined ? {} : { file }),
    ...(sharded === undefined ? {} : { sharded: sharded === "true" }),
    ...(numShard === undefined ? {} : { numShard }),
    ...(disableCustomKernels === undefined ? {} : { disableCustomKernels }),
    ...(trustRemoteCode === undefined ? {} : { trustRemoteCode }),
    ...(maxStopSequences === undefined ? {} : { maxStopSequences }),
    ...(maxBatchPrefillTokens === undefined ? {} : { maxBatchPrefillTokens }),
    ...(shmSize === undefined ? {} : { sharedMemoryMiB: readMemoryMiB(shmSize, "--shm-size") }),
    ...(extra.length === 0 ? {} : { extra: [...extra] }),
  };
}

function readGpuLayers(text: string): number | "auto" {
  if (text === "auto") return "auto";
  if (/^\d{1,4}$/.test(text)) return Number(text);
  throw new CliError("usage", `--gpu-layers: "${text}" is neither a count nor auto`);
}

async function readApiKey(
  cli: Cli,
  { apiKey, apiKeyFile, askApiKey }: LaunchOptions,
): Promise<string | undefined> {
  if ([apiKey, apiKeyFile, askApiKey].filter((given) => given !== undefined).length > 1) {
    throw new CliError("usage", "give the key one way only: --api-key-file, --ask-api-key or --api-key");
  }
  if (apiKey !== undefined) {
    cli.warn("other users of this machine can read --api-key in the process list; --api-key-file hides it");
    return apiKey;
  }
  if (askApiKey === true)
    return askText(cli, { message: "The service's key", flag: "--api-key-file FILE", secret: true });
  if (apiKeyFile === undefined) return undefined;
  const key = readKeyFile(cli, apiKeyFile).trim();
  if (key === "") throw new CliError("usage", `--api-key-file: ${apiKeyFile} is empty`);
  return key;
}

function readKeyFile(cli: Cli, file: string): string {
  try {
    return readFileSync(file === "-" ? 0 : cli.path(file), "utf8");
  } catch (cause) {
    throw new CliError("usage", `--api-key-file: ${(cause as Error).message}`, { cause });
  }
}
