import type { CreateService } from "@berth/api";
import { splitWords } from "./split-words.ts";

/** What stands in the form's fields; numbers as typed. */
export interface LaunchForm {
  readonly kind: "model" | "command";
  /** A model's id, of those installed. */
  readonly model: string;
  readonly file: string;
  readonly name: string;
  readonly profile: string;
  readonly maxTotalTokens: string;
  readonly maxInputTokens: string;
  readonly parallel: string;
  readonly threads: string;
  readonly gpuLayers: string;
  readonly port: string;
  readonly apiKey: string;
  readonly extra: string;
  readonly command: string;
  readonly servedModel: string;
  readonly healthPath: string;
  readonly cwd: string;
  readonly env: string;
  readonly force: boolean;
}

export const blankForm: LaunchForm = {
  kind: "model",
  model: "",
  file: "",
  name: "",
  profile: "",
  maxTotalTokens: "",
  maxInputTokens: "",
  parallel: "",
  threads: "",
  gpuLayers: "",
  port: "",
  apiKey: "",
  extra: "",
  command: "",
  servedModel: "",
  healthPath: "",
  cwd: "",
  env: "",
  force: false,
};

/** What is wrong with fields, under the names the server uses for them. */
export type FieldProblems = Readonly<Record<string, string>>;

export type LaunchRequest =
  | { readonly kind: "request"; readonly body: CreateService }
  /** The form cannot be sent yet; with no problems, it is only not filled in. */
  | { readonly kind: "unready"; readonly problems: FieldProblems };

/** The request that the form asks for. Whatever was left empty is left out: the server has its own defaults. */
export function launchRequest(form: LaunchForm): LaunchRequest {
  const problems: Record<string, string> = {};
  const number = (text: string, param: string): number | undefined => {
    if (text.trim() === "") return undefined;
    const value = Number(text);
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
    port: number(form.port, "port"),
    apiKey: given(form.apiKey),
    force: form.force ? true : undefined,
  };
  const body =
    form.kind === "model"
      ? {
          model: given(form.model),
          ...common,
          options: present({
            maxTotalTokens: number(form.maxTotalTokens, "options.maxTotalTokens"),
            maxInputTokens: number(form.maxInputTokens, "options.maxInputTokens"),
            parallel: number(form.parallel, "options.parallel"),
            threads: number(form.threads, "options.threads"),
            gpuLayers: number(form.gpuLayers, "options.gpuLayers"),
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
            env: environment(form.env, problems),
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

function environment(text: string, problems: Record<string, string>): Record<string, string> | undefined {
  const pairs = text
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "")
    .map((line) => /^([A-Za-z_]\w*)=(.*)$/.exec(line) ?? line);
  const wrong = pairs.find((pair) => typeof pair === "string");
  if (wrong !== undefined) problems["command.env"] = `"${wrong}" is not NAME=value`;
  const entries = pairs.flatMap((pair) => (typeof pair === "string" ? [] : [[pair[1], pair[2]]]));
  return entries.length === 0 ? undefined : (Object.fromEntries(entries) as Record<string, string>);
}

function given(text: string): string | undefined {
  const trimmed = text.trim();
  return trimmed === "" ? undefined : trimmed;
}

function nonEmpty(words: readonly string[]): string[] | undefined {
  return words.length === 0 ? undefined : [...words];
}

/** Without what is absent; nothing at all when everything is. */
function present(fields: Readonly<Record<string, unknown>>): Record<string, unknown> | undefined {
  const entries = Object.entries(fields).filter(([, value]) => value !== undefined);
  return entries.length === 0 ? undefined : Object.fromEntries(entries);
}
