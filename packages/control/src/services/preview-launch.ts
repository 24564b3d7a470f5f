import { launchFiles, type LaunchPreview } from "@berth/api";
import type { ServiceLimits } from "../controllers/service-limits.ts";
import type { ServiceDraft } from "./draft-service.ts";
import { launchIdOf, runnerSpecOf } from "./launch-ref.ts";
import { memoryOfPreview } from "./memory-admission.ts";
import { hidden, redactEnv, redactWords } from "./redact.ts";
import { redactCommand } from "./service-view.ts";

/** Stands where the launch will have an id of its own. */
const unborn = "SERVICE-ID";

/** What the draft would do, with secrets hidden: `service` is the spec with every choice filled in. */
export function previewLaunch(draft: ServiceDraft, homeId: string, limits: ServiceLimits): LaunchPreview {
  const { spec, name, port, profile, purpose, kind, chosen, servedName, engine, plan, memory } = draft;
  const directory = `${profile.home}/launches/${launchIdOf(unborn, 1)}`;
  const ids = { homeId, serviceId: unborn, attempt: 1 };
  const runnerSpec = runnerSpecOf(ids, shownPlan(plan), limits, spec.idleTimeoutSeconds ?? null);
  return {
    service: {
      ...spec,
      image: purpose.image,
      name,
      port,
      profile: profile.name,
      engine: engine.name,
      ...(kind.kind === "command" ? { command: redactCommand(kind.command), model: servedName } : {}),
      ...(chosen === undefined || servesPath(spec) ? {} : { revision: chosen.model.revision }),
      ...(spec.apiKey === undefined ? {} : { apiKey: hidden.padEnd(8, "*") }),
    },
    name,
    model: servedName,
    revision: chosen?.model.revision ?? null,
    revisionReason: chosen?.reason ?? null,
    engine: engine.name,
    argv: ["berth-runner", "--dir", directory],
    env: plan.program.kind === "command" ? redactEnv(plan.program.env) : {},
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

/** A path is what it is; it has no other revision to be told from. */
function servesPath(spec: ServiceDraft["spec"]): boolean {
  return spec.model?.startsWith("/") === true;
}

export function warningsOf({ purpose, plan, memory }: ServiceDraft): string[] {
  const tight = memory.fits
    ? []
    : [`it needs about ${memory.neededMiB} MiB and ${memory.freeMiB} MiB are free`];
  return [...purpose.warnings, ...plan.warnings, ...tight];
}

function stepsOf(draft: ServiceDraft): string[] {
  const { chosen, profile, engine, plan, memory, name, port, modelsFound } = draft;
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
  return [
    ...found,
    `engine ${engine.name}${threads}${parallel}${context}`,
    `${needed}, ${memory.freeMiB} MiB free`,
    `name ${name}, port ${port}`,
  ];
}

function shownPlan(plan: ServiceDraft["plan"]): ServiceDraft["plan"] {
  const { program } = plan;
  if (program.kind === "embedded") return plan;
  return { ...plan, program: { ...program, argv: redactWords(program.argv), env: redactEnv(program.env) } };
}
