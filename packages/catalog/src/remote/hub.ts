import { rm } from "node:fs/promises";
import { join } from "node:path";
import { BerthError, isBerthError, type Profile } from "@berth/api";
import type { Clock } from "@berth/std/clock";
import { repoFolderName } from "../cache-layout.ts";
import { commitFiles } from "../huggingface/commit-files.ts";
import {
  type DetachedHub,
  type DownloadPlan,
  type DownloadProgress,
  type DownloadTarget,
  type Hub,
  type HubRequest,
  type HubToken,
  type PlannedDownload,
  settingToken,
} from "../model-source.ts";
import { type DemoFile, readDemo } from "./demo.ts";
import { inSlurmJobMs, keepTrying, onLoginNodeMs } from "./keep-trying.ts";
import { order, progressOf, type RunThere } from "./place-process.ts";
import { sendCommit } from "./send-commit.ts";

/** Runs the runner as a Slurm job. Asked again with the same id it finds the job that goes on, and tells all it has said. */
export interface RunAsJob {
  run(id: string, onState: (words: string) => void): RunThere;
  /** Ends the job of the id; one that is over, or never was, is already gone. */
  end(id: string, profile: Profile, signal: AbortSignal): Promise<void>;
}

export interface RemoteHubOptions {
  readonly runThere: RunThere;
  readonly asJob: RunAsJob;
  /** This machine's. */
  readonly hub: Hub;
  readonly endpoint: string;
  readonly token: () => string | undefined;
  readonly offline: () => boolean;
  /** What is only on its way through this machine lies here meanwhile. */
  readonly stagingHome: string;
  readonly demo?: DemoFile | undefined;
  readonly clock: Clock;
  readonly random: () => number;
}

/** Tries before the hub counts as out of the cluster's reach. */
const lookAttempts = 2;
const downloadAttempts = 6;

/** Brings models to the home of a profile on another machine: fetched there, in a Slurm job there, or copied from here. */
export function createRemoteHub(
  options: RemoteHubOptions,
): Pick<DetachedHub, "plan" | "download" | "abandon"> {
  return {
    plan: (request, profile, signal) => plan(options, request, profile, signal),
    download: (planned, target, signal) => download(options, planned, target, signal),
    async abandon(id, { means }, profile, signal) {
      if (means === "slurm-job") await options.asJob.end(id, profile, signal);
    },
  };
}

async function plan(
  options: RemoteHubOptions,
  request: HubRequest,
  profile: Profile,
  signal: AbortSignal,
): Promise<DownloadPlan> {
  const { demo, hub, runThere } = options;
  if (request.asJob === true && request.stage === true) {
    throw new BerthError(
      "unprocessable",
      "stage: it is either downloaded there (asJob) or copied from here",
      {
        param: "stage",
      },
    );
  }
  if (request.repo === demo?.name) return planDemo(demo);
  if (options.offline()) {
    throw new BerthError("offline", "the hub is not asked in offline mode; unset HF_HUB_OFFLINE to use it");
  }
  const planHere = async (means: "staged" | "slurm-job"): Promise<DownloadPlan> => {
    const planned = await hub.plan(request, stagingProfile(options, profile), signal);
    const bytes = planned.bytesTotal;
    const given = { ...placeOf(profile), repo: planned.repo, bytes };
    for await (const line of order(runThere, profile, "models room", given, signal)) void line;
    return { ...planned, bytesDone: 0, means };
  };
  if (request.stage === true) return planHere("staged");
  try {
    return await planThere(options, request, profile, signal);
  } catch (error) {
    if (!isOutOfReach(error)) throw error;
    // nodes may reach what the login node does not, and the other way round: the job will tell
    return planHere(request.asJob === true ? "slurm-job" : "staged");
  }
}

async function planDemo(demo: DemoFile): Promise<DownloadPlan> {
  const { commit } = await readDemo(demo);
  const bytesTotal = commit.files.reduce((sum, file) => sum + file.sizeBytes, 0);
  const files = commit.files.map(({ path }) => path);
  return { ...commit, files, bytesDone: 0, bytesTotal, means: "staged" };
}

async function planThere(
  options: RemoteHubOptions,
  { repo, revision, variant, include, exclude, asJob, token }: HubRequest,
  profile: Profile,
  signal: AbortSignal,
): Promise<DownloadPlan> {
  const request = { repo, revision, variant, include, exclude };
  const given = { ...placeOf(profile), ...hubWords(options, lookAttempts, token), request };
  let found: DownloadPlan | undefined;
  for await (const line of order(options.runThere, profile, "models plan", given, signal)) {
    if (line.type !== "plan") continue;
    const { type: _type, ...planned } = line;
    found = { ...planned, repo, means: asJob === true ? "slurm-job" : "login-node" };
  }
  if (found !== undefined) return found;
  throw new BerthError("upstream_failed", `the runner on profile ${profile.name} gave no plan`);
}

/** The hub did not answer there: another thing than its refusal. */
const isOutOfReach = (error: unknown): boolean =>
  isBerthError(error) && (error.code === "upstream_timeout" || error.details?.["unreachable"] === true);

async function download(
  options: RemoteHubOptions,
  planned: PlannedDownload,
  target: DownloadTarget,
  signal: AbortSignal,
): Promise<void> {
  const { means = "login-node" } = planned;
  switch (means) {
    case "login-node":
      return keepBringing(
        options,
        target,
        onLoginNodeMs,
        (heard) => downloadThere(options, options.runThere, planned, heard, signal),
        signal,
      );
    case "slurm-job": {
      const id = target.id ?? planned.commit;
      const bring = (heard: DownloadTarget): Promise<void> => {
        let progress = nothingYet;
        const onState = (step: string): void => heard.onProgress({ ...progress, step });
        const onProgress: DownloadTarget["onProgress"] = (next) => {
          progress = next;
          heard.onProgress(next);
        };
        const asJob = options.asJob.run(id, onState);
        return downloadThere(options, asJob, planned, { ...heard, onProgress }, signal);
      };
      return keepBringing(options, target, inSlurmJobMs, bring, signal);
    }
    case "staged":
      return stage(options, planned, target, signal);
  }
}

async function downloadThere(
  options: RemoteHubOptions,
  runThere: RunThere,
  { repo, revision, commit, files }: PlannedDownload,
  { profile, onProgress, token }: DownloadTarget,
  signal: AbortSignal,
): Promise<void> {
  const given = {
    ...placeOf(profile),
    ...hubWords(options, downloadAttempts, token),
    repo,
    revision,
    commit,
    files: [...files],
  };
  for await (const line of order(runThere, profile, "models download", given, signal)) {
    if (line.type === "progress") onProgress(progressOf(line));
  }
}

async function stage(
  options: RemoteHubOptions,
  planned: PlannedDownload,
  target: DownloadTarget,
  signal: AbortSignal,
): Promise<void> {
  const { profile, onProgress, token } = target;
  const { demo, hub, stagingHome } = options;
  const isDemo = planned.repo === demo?.name;
  if (!isDemo) {
    const here = stagingProfile(options, profile);
    const told = {
      profile: here,
      token,
      onProgress: saying(onProgress, "downloading to this machine first"),
    };
    await hub.download(planned, told, signal);
  }
  const commit = isDemo
    ? (await readDemo(demo)).commit
    : { ...planned, files: await commitFiles(stagingHome, planned, signal) };
  const send = (heard: DownloadTarget): Promise<void> =>
    sendCommit(
      options.runThere,
      profile,
      { repo: commit.repo, revision: commit.revision, commit: commit.commit, files: commit.files },
      saying(heard.onProgress, `copying to ${profile.name}`),
      signal,
    );
  await keepBringing(options, target, onLoginNodeMs, send, signal);
  if (!isDemo) {
    await rm(join(stagingHome, "models", repoFolderName(planned.repo)), { recursive: true, force: true });
  }
}

/** As `keepTrying`, and tells what is waited for as a step of the progress. */
function keepBringing(
  { clock, random }: RemoteHubOptions,
  target: DownloadTarget,
  maxAwayMs: number,
  work: (heard: DownloadTarget) => Promise<void>,
  signal: AbortSignal,
): Promise<void> {
  let last = nothingYet;
  return keepTrying(
    { clock, random, maxAwayMs },
    {
      work: (heard) =>
        work({
          ...target,
          onProgress: (progress) => {
            last = progress;
            heard();
            target.onProgress(progress);
          },
        }),
      onWait: ({ message }) => target.onProgress({ ...last, step: `waiting: ${message}` }),
    },
    signal,
  );
}

/** Before anything is heard; a total of 0 is told as unknown. */
const nothingYet: DownloadProgress = { bytesDone: 0, bytesTotal: 0, phase: "downloading" };

const saying =
  (onProgress: DownloadTarget["onProgress"], step: string): DownloadTarget["onProgress"] =>
  (progress) =>
    onProgress({ ...progress, step });

const placeOf = ({ home, cache }: Profile) => ({ home, cache });

const hubWords = (options: RemoteHubOptions, attempts: number, token: HubToken | undefined) => ({
  endpoint: options.endpoint,
  token: token ?? settingToken(options.token()) ?? null,
  attempts,
});

/** This machine, as a place that the hub can bring models to. */
const stagingProfile = ({ stagingHome }: RemoteHubOptions, profile: Profile): Profile => ({
  ...profile,
  schema: "local",
  slurm: null,
  connection: null,
  home: stagingHome,
  cache: stagingHome,
});
