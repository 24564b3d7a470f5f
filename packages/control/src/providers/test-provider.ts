import type { ProviderCheck, ProviderTarget, ProviderTest } from "@berth/api";
import type { Clock } from "@berth/std/clock";
import { DeadlinePassed, withDeadline } from "@berth/std/deadline";
import { nearest } from "@berth/std/nearest";
import type { FoundModelRow, ProviderRow } from "@berth/store";
import { providerModels } from "./provider-models.ts";
import type { ProviderAnswerProof, ProviderLook, ProviderProbe } from "./provider-probe.ts";

export interface ProviderUnderTest {
  readonly row: ProviderRow;
  readonly target: ProviderTarget;
  /** Why its credential cannot be had. */
  readonly lost: string | undefined;
  readonly probe: ProviderProbe;
  readonly clock: Clock;
  /** Resolves when what was found is known everywhere. */
  learn(look: ProviderLook): Promise<void>;
}

/** Everything between us and an answer, one step after the other, up to the first that fails. */
export async function testProvider(given: ProviderUnderTest, signal: AbortSignal): Promise<ProviderTest> {
  const { row, target, lost, probe } = given;
  const { checks: seen, look } = await probe.inspect(target, signal);
  const checks = lost === undefined ? [...seen] : withLost(seen, lost);
  if (lost === undefined) await given.learn(look);
  if (look.kind === "failed" || checks.some(({ outcome }) => outcome === "failed"))
    return { ok: false, checks, models: providerModels(row).map(({ name }) => name) };
  const models = providerModels({ ...row, found: look.models ?? row.found });
  const names = models.map(({ name }) => name);
  const listed = checkModels(row, look.models, names);
  checks.push(listed);
  if (listed.outcome === "failed") return { ok: false, checks, models: names };
  const answer = await checkAnswer(given, models, signal);
  checks.push(answer);
  return { ok: answer.outcome !== "failed", checks, models: names };
}

/** Steps up to the credential, which is the one that fails. */
function withLost(seen: readonly ProviderCheck[], lost: string): ProviderCheck[] {
  const before = seen.filter(({ step, outcome }) => step !== "credential" && outcome !== "failed");
  const broken = seen.find(({ step, outcome }) => step !== "credential" && outcome === "failed");
  return broken === undefined
    ? [...before, { step: "credential", outcome: "failed", message: lost, ms: null }]
    : [...before, broken];
}

const shownNames = 5;

function checkModels(
  { models, name }: ProviderRow,
  told: readonly FoundModelRow[] | undefined,
  callable: readonly string[],
): ProviderCheck {
  const step = "models";
  if (told === undefined)
    return { step, outcome: "skipped", message: "it has no list of its models", ms: null };
  const there = new Set(told.map((model) => model.name));
  const absent = models.map((spec) => spec.upstreamName ?? spec.name).find((wanted) => !there.has(wanted));
  if (absent !== undefined) {
    const near = nearest(absent, there);
    const has = near.length > 0 ? near : [...there].slice(0, shownNames);
    const message = `it has no model ${absent}; it has ${has.length === 0 ? "none" : has.join(", ")}`;
    return { step, outcome: "failed", message, ms: null };
  }
  if (callable.length === 0)
    return { step, outcome: "failed", message: "it has no model: load one there, or name one", ms: null };
  const shown = callable.slice(0, shownNames).join(", ");
  const more = callable.length > shownNames ? ` and ${callable.length - shownNames} more` : "";
  return { step, outcome: "ok", message: `${shown}${more}; also as ${name}/NAME`, ms: null };
}

const answerMs = 60_000;
const answering = new Set(["text-generation", "feature-extraction"]);

async function checkAnswer(
  { row, probe, clock }: ProviderUnderTest,
  models: ReturnType<typeof providerModels>,
  signal: AbortSignal,
): Promise<ProviderCheck> {
  const step = "answer";
  const model = models.find(({ task }) => answering.has(task));
  if (!row.enabled)
    return { step, outcome: "skipped", message: "it is switched off, so nobody can call it", ms: null };
  if (model === undefined)
    return { step, outcome: "skipped", message: "none of its models writes or embeds text", ms: null };
  const begun = clock.monotonic();
  const proof = await withDeadline(clock, answerMs, signal, (limit) =>
    probe.ask(`${row.name}/${model.name}`, model.task, limit),
  ).catch((error: unknown): ProviderAnswerProof => {
    if (!(error instanceof DeadlinePassed)) throw error;
    return {
      kind: "failed",
      reason: `no answer came within ${answerMs / 1000} s; it may be loading the model`,
    };
  });
  const ms = Math.round(clock.monotonic() - begun);
  switch (proof.kind) {
    case "answered":
      return { step, outcome: "ok", message: `${model.name}: ${proof.text}`, ms };
    case "failed":
      return { step, outcome: "failed", message: `${model.name}: ${proof.reason}`, ms };
  }
}
