import type { CreateService } from "@berth/api";
import { readLora, type LoraRow } from "../lora/lora-form.ts";
import { resourcesOf, slurmBlanks, type SlurmForm } from "./slurm-form.ts";
import { readEnvironment, readMounts } from "./read-lines.ts";
import { splitWords } from "./split-words.ts";

/** What stands in the form's fields; numbers as typed. */
export interface LaunchForm extends SlurmForm {
  readonly kind: "model" | "command";
  /** A model's id, of those installed. */
  readonly model: string;
  readonly file: string;
  readonly name: string;
  readonly profile: string;
  readonly engine: string;
  readonly maxTotalTokens: string;
  readonly maxInputTokens: string;
  readonly parallel: string;
  readonly threads: string;
  readonly gpuLayers: string;
  readonly lora: readonly LoraRow[];
  readonly numShard: string;
  readonly maxStopSequences: string;
  readonly maxBatchPrefillTokens: string;
  readonly disableCustomKernels: boolean;
  readonly trustRemoteCode: boolean;
  readonly port: string;
  readonly apiKey: string;
  readonly extra: string;
  readonly command: string;
  readonly servedModel: string;
  readonly healthPath: string;
  readonly cwd: string;
  readonly env: string;
  readonly runtime: string;
  readonly container: string;
  readonly sharedMemoryGiB: string;
  readonly mounts: string;
  readonly idleMinutes: string;
  readonly allowSharedPort: boolean;
  readonly force: boolean;
}

export const blankForm: LaunchForm = {
  ...slurmBlanks,
  kind: "model",
  model: "",
  file: "",
  name: "",
  profile: "",
  engine: "",
  maxTotalTokens: "",
  maxInputTokens: "",
  parallel: "",
  threads: "",
  gpuLayers: "",
  lora: [],
  numShard: "",
  maxStopSequences: "",
  maxBatchPrefillTokens: "",
  disableCustomKernels: false,
  trustRemoteCode: false,
  port: "",
  apiKey: "",
  extra: "",
  command: "",
  servedModel: "",
  healthPath: "",
  cwd: "",
  env: "",
  runtime: "",
  container: "",
  sharedMemoryGiB: "",
  mounts: "",
  idleMinutes: "",
  allowSharedPort: false,
  force: false,
};

/** What is wrong with fields, under the names the server uses for them. */
export type FieldProblems = Readonly<Record<string, string>>;

export type LaunchRequest =
  | { readonly kind: "request"; readonly body: CreateService }
  /** The form cannot be sent yet; with no problems, it is only not filled in. */
  | { readonly kind: "unready"; readonly problems: FieldProblems };

/**
 * The request that the form asks for. Whatever was left empty is left out: the server has its own defaults. What only a
 * scheduler understands is asked for where the profile has one.
 */
export function launchRequest(form: LaunchForm, hasScheduler: boolean): LaunchRequest {
  const problems: Record<string, string> = {};
  const number = (text: string, param: string, unit = 1): number | undefined => {
    if (text.trim() === "") return undefined;
    const value = Number(text) * unit;
    if (Number.isSafeInteger(value)) return value;
    problems[param] = "give a whole number";
    return undefined;
  };
  const split = (text: string, param: string): readonly string[] => {
    const words = splitWords(text);
    if (words.kind === "words") return words.words;
    problems[param] = `a ${words.quote} is never closed`;
    return [];
  };
  const common = {
    name: given(form.name),
    profile: given(form.profile),
    resources: hasScheduler ? resourcesOf(form, number) : undefined,
    runtime: given(form.runtime),
    container: given(form.container),
    mounts: readMounts(form.mounts, problems),
    renew: hasScheduler ? flag(form.renew) : undefined,
    idleTimeoutSeconds: number(form.idleMinutes, "idleTimeoutSeconds", 60),
    port: number(form.port, "port"),
    apiKey: given(form.apiKey),
    allowSharedPort: flag(form.allowSharedPort),
    force: flag(form.force),
  };
  const body =
    form.kind === "model"
      ? {
          model: given(form.model),
          engine: given(form.engine),
          ...common,
          env: readEnvironment(form.env, "env", problems),
          options: present({
            maxTotalTokens: number(form.maxTotalTokens, "options.maxTotalTokens"),
            maxInputTokens: number(form.maxInputTokens, "options.maxInputTokens"),
            parallel: number(form.parallel, "options.parallel"),
            threads: number(form.threads, "options.threads"),
            gpuLayers: number(form.gpuLayers, "options.gpuLayers"),
            lora: nonEmpty(readLora(form.lora, problems)),
            numShard: number(form.numShard, "options.numShard"),
            maxStopSequences: number(form.maxStopSequences, "options.maxStopSequences"),
            maxBatchPrefillTokens: number(form.maxBatchPrefillTokens, "options.maxBatchPrefillTokens"),
            disableCustomKernels: flag(form.disableCustomKernels),
            trustRemoteCode: flag(form.trustRemoteCode),
            sharedMemoryMiB: number(form.sharedMemoryGiB, "options.sharedMemoryMiB", 1024),
            file: given(form.file),
            extra: nonEmpty(split(form.extra, "options.extra")),
          }),
        }
      : {
          image: "command" as const,
          model: given(form.servedModel),
          ...common,
          command: present({
            argv: nonEmpty(split(form.command, "command.argv")),
            healthPath: given(form.healthPath),
            cwd: given(form.cwd),
            env: readEnvironment(form.env, "command.env", problems),
          }),
        };
  const unfilled = form.kind === "model" ? form.model === "" : form.command.trim() === "";
  if (unfilled || Object.keys(problems).length > 0) return { kind: "unready", problems };
  return { kind: "request", body: present(body) as CreateService };
}

/** The fault of the field that the server calls `param`, or of a part of it. */
export function problemOf(problems: FieldProblems, param: string): string | undefined {
  const name = Object.keys(problems).find((key) => key === param || new RegExp(`^${param}[.[]`).test(key));
  return name === undefined ? undefined : problems[name];
}

function given(text: string): string | undefined {
  const trimmed = text.trim();
  return trimmed === "" ? undefined : trimmed;
}

function flag(value: boolean): true | undefined {
  return value ? true : undefined;
}

function nonEmpty<T>(items: readonly T[]): T[] | undefined {
  return items.length === 0 ? undefined : [...items];
}

/** Without what is absent; nothing at all when everything is. */
function present(fields: Readonly<Record<string, unknown>>): Record<string, unknown> | undefined {
  const entries = Object.entries(fields).filter(([, value]) => value !== undefined);
  return entries.length === 0 ? undefined : Object.fromEntries(entries);
}
