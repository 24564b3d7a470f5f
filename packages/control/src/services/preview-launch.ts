import {
  durationInWords,
  isPipelineTask,
  launchFiles,
  wallTimeSeconds,
  type LaunchPreview,
  type RunnerSpec,
} from "@berth/api";
import type { LaunchRequest } from "@berth/launchers";
import type { ServiceLimits } from "../controllers/service-limits.ts";
import type { ServiceDraft } from "./draft-service.ts";
import { launchIdOf, runnerSpecOf } from "./launch-ref.ts";
import { memoryOfPreview } from "./memory-admission.ts";
import { orderedWallTime } from "./choose-surroundings.ts";
import { hidden, hideValues, redactEnv, redactWords } from "./redact.ts";
import { redactCommand, withoutText } from "./service-view.ts";

/** Stands where the launch will have an id of its own. */
const unborn = "SERVICE-ID";

/** What the draft would do, with secrets hidden: `service` is the spec with every choice filled in. */
export function previewLaunch(draft: ServiceDraft, homeId: string, limits: ServiceLimits): LaunchPreview {
  const { spec, name, port, profile, purpose, kind, chosen, servedName, engine, surroundings, memory } =
    draft;
  const plan = shownPlan(draft);
  const directory = `${profile.home}/launches/${launchIdOf(unborn, 1)}`;
  const runnerSpec = shownRunnerSpec(draft, homeId, limits);
  return {
    service: {
      ...spec,
      image: purpose.image,
      ...(purpose.image === "pipeline" && isPipelineTask(purpose.task) ? { task: purpose.task } : {}),
      name,
      ...(port === null ? {} : { port }),
      profile: profile.name,
      engine: engine.name,
      ...(kind.kind === "command" ? { command: redactCommand(kind.command), model: servedName } : {}),
      ...(kind.kind === "handler" ? { handler: withoutText(kind.handler), model: servedName } : {}),
      ...(chosen === undefined || servesPath(spec) ? {} : { revision: chosen.model.revision }),
      runtime: surroundings.runtime,
      ...(spec.env === undefined ? {} : { env: hideValues(spec.env) }),
      ...(spec.apiKey === undefined ? {} : { apiKey: hidden.padEnd(8, "*") }),
    },
    name,
    model: servedName,
    revision: chosen?.model.revision ?? null,
    revisionReason: chosen?.reason ?? null,
    engine: engine.name,
    imageFile: surroundings.imageFile ?? null,
    argv: ["berth-runner", "--dir", directory],
    env: plan.program.env ?? {},
    jobScript: null,
    expectedStartAt: null,
    files: [
      {
        path: `${directory}/${launchFiles.spec}`,
        mode: "0600",
        content: `${JSON.stringify(runnerSpec, null, 2)}\n`,
      },
      { path: `${directory}/${launchFiles.secret}`, mode: "0600", content: hidden },
    ],
    memory: memoryOfPreview(memory),
    warnings: warningsOf(draft),
    steps: stepsOf(draft),
  };
}

function shownRunnerSpec(draft: ServiceDraft, homeId: string, limits: ServiceLimits): RunnerSpec {
  const ids = { homeId, serviceId: unborn, attempt: 1 };
  return runnerSpecOf(ids, shownPlan(draft), limits, draft.spec.idleTimeoutSeconds ?? null);
}

/** What the launcher would be asked, with secrets hidden: to be previewed, never to be launched. */
export function shownRequest(draft: ServiceDraft, homeId: string, limits: ServiceLimits): LaunchRequest {
  return {
    homeId,
    serviceId: unborn,
    launchId: launchIdOf(unborn, 1),
    profile: draft.profile,
    handle: undefined,
    spec: shownRunnerSpec(draft, homeId, limits),
    secret: hidden,
    resources: draft.spec.resources ?? {},
  };
}

/** A path is what it is; it has no other revision to be told from. */
function servesPath(spec: ServiceDraft["spec"]): boolean {
  return spec.model?.startsWith("/") === true;
}

export function warningsOf({ purpose, plan, memory, profile, spec, kind }: ServiceDraft): string[] {
  const given = profile.schema === "slurm" ? "asked for" : "free";
  const tight = memory.fits
    ? []
    : [`it needs about ${memory.neededMiB} MiB and ${memory.freeMiB} MiB are ${given}`];
  return [
    ...purpose.warnings,
    ...plan.warnings,
    ...tight,
    ...wallTimeWarnings(spec, profile),
    ...nodesWarnings(spec, kind),
  ];
}

/** A user's own command may know what to do with them. */
function nodesWarnings({ resources }: ServiceDraft["spec"], { kind }: ServiceDraft["kind"]): string[] {
  const { nodes = 1 } = resources ?? {};
  if (nodes === 1 || kind !== "model") return [];
  return [`it runs on one of the ${nodes} nodes; the others stand idle, and count as used`];
}

const shortSeconds = 300;
const shortRenewedSeconds = 600;

function wallTimeWarnings(spec: ServiceDraft["spec"], profile: ServiceDraft["profile"]): string[] {
  const seconds = wallTimeOf(spec, profile);
  if (seconds === undefined) return [];
  const words = durationInWords(seconds);
  const time = orderedWallTime(spec, profile);
  if (seconds < shortSeconds) {
    const reading = time?.includes(":") === true ? ` (${time} is minutes and seconds)` : "";
    return [`it ends ${words} after its start${reading}`];
  }
  if (spec.renew === true && seconds < shortRenewedSeconds)
    return [`renewed every ${words}, it loads its model over and over; ask for an hour or more`];
  return [];
}

function wallTimeOf(spec: ServiceDraft["spec"], profile: ServiceDraft["profile"]): number | undefined {
  const time = profile.schema === "slurm" ? orderedWallTime(spec, profile) : undefined;
  return time === undefined ? undefined : wallTimeSeconds(time);
}

function stepsOf(draft: ServiceDraft): string[] {
  const { chosen, profile, engine, plan, memory, name, port, modelsFound, spec } = draft;
  const found =
    chosen === undefined
      ? []
      : [
          `${modelsFound} ${modelsFound === 1 ? "model" : "models"} on profile ${profile.name}`,
          `model ${chosen.model.repo}, revision ${chosen.model.revision} (${chosen.reason})`,
        ];
  const threads = plan.threads > 0 ? `, ${plan.threads} ${plan.threads === 1 ? "thread" : "threads"}` : "";
  const parallel = plan.parallel === null ? "" : `, ${plan.parallel} at once`;
  const context = plan.contextTokens === null ? "" : `, ${plan.contextTokens} tokens each`;
  const needed = memory.neededMiB === null ? "memory need unknown" : `about ${memory.neededMiB} MiB`;
  const seconds = wallTimeOf(spec, profile);
  const renewed = spec.renew === true ? ", renewed before it ends" : "";
  return [
    ...found,
    `engine ${engine.name}${threads}${parallel}${context}`,
    ...imageSteps(draft),
    profile.schema === "slurm" ? `${needed}${askedMemory(spec)}` : `${needed}, ${memory.freeMiB} MiB free`,
    ...(seconds === undefined ? [] : [`wall time ${durationInWords(seconds)}${renewed}`]),
    `name ${name}, port ${port}`,
  ];
}

function imageSteps({ surroundings, engine }: ServiceDraft): string[] {
  const { imageFile, container = engine.image } = surroundings;
  return imageFile === undefined ? [] : [`image ${container}: ${imageFile}`];
}

function askedMemory({ resources }: ServiceDraft["spec"]): string {
  return resources?.memoryMiB === undefined ? "" : `, ${resources.memoryMiB} MiB asked for`;
}

/** The user's own variables show their names only. */
function shownPlan({ plan, surroundings }: ServiceDraft): ServiceDraft["plan"] {
  const { program } = plan;
  const own = hideValues(surroundings.env);
  const shown = (env: Readonly<Record<string, string>>): Record<string, string> => {
    const kept = Object.entries(redactEnv(env)).map(([name, value]) => [name, own[name] ?? value]);
    return Object.fromEntries(kept) as Record<string, string>;
  };
  if (program.kind === "embedded")
    return program.env === undefined ? plan : { ...plan, program: { ...program, env: shown(program.env) } };
  return { ...plan, program: { ...program, argv: redactWords(program.argv), env: shown(program.env) } };
}
