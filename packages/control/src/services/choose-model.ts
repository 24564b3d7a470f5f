import { BerthError, type Model, type Profile } from "@berth/api";
import { nearest } from "@berth/std/nearest";

/** The models that lie on a profile. */
export interface ModelLookup {
  list(profile: Profile, signal: AbortSignal): Promise<readonly Model[]>;
  /** A directory or file that nobody registered; throws `unprocessable` saying what is wrong with it. */
  inspect(path: string, profile: Profile, signal: AbortSignal): Promise<Model>;
}

export interface ChosenModel {
  readonly model: Model;
  /** Why this revision: "newest of 2 on profile here". */
  readonly reason: string;
}

/**
 * Finds the model of a repository id, model id or path, in the revision that was asked for (a commit, the start of one,
 * a branch or a tag) or else the newest. Throws `model_not_found` with near matches, and `unprocessable` when all that
 * is there is incomplete or corrupt.
 */
export function chooseModel(
  models: readonly Model[],
  wanted: { readonly name: string; readonly revision: string | undefined },
  profile: string,
): ChosenModel {
  const { name, revision } = wanted;
  const named = models.filter((model) => [model.repo, model.id, model.path].includes(name));
  if (named.length === 0) throw unknownModel(models, name, profile);
  const fitting = revision === undefined ? named : named.filter((model) => isRevision(model, revision));
  if (fitting.length === 0) throw unknownRevision(named, name, revision ?? "", profile);
  const whole = fitting.filter(({ status }) => status === "ready");
  const model = requireReady(whole.toSorted(byPreference)[0] ?? fitting[0], name);
  const count = new Set(whole.map((each) => each.revision)).size;
  return { model, reason: reasonOf(model, revision, count, profile) };
}

/** The model, if it can be served; throws `unprocessable` saying why not. */
export function requireReady(model: Model | undefined, name: string): Model {
  if (model?.status === "ready") return model;
  const why = model?.statusReason ?? model?.status ?? "its files are not whole";
  throw new BerthError(
    "unprocessable",
    `${name} cannot be served: ${why}; "berth model add ${name}" completes it`,
    { param: "model", details: { modelId: model?.id ?? null, status: model?.status ?? null } },
  );
}

/** The newest first; of one revision, the copy in the home. */
function byPreference(a: Model, b: Model): number {
  if (a.revision !== b.revision) return b.modifiedAt - a.modifiedAt;
  return Number(b.location === "home") - Number(a.location === "home");
}

const shortestCommit = 4;

function isRevision(model: Model, revision: string): boolean {
  return (
    model.revision === revision ||
    model.refs.includes(revision) ||
    (revision.length >= shortestCommit && model.revision.startsWith(revision))
  );
}

function reasonOf(model: Model, revision: string | undefined, count: number, profile: string): string {
  if (revision !== undefined && revision !== model.revision) return `what ${revision} names`;
  if (revision !== undefined) return "as asked";
  return count === 1 ? `the only one on profile ${profile}` : `newest of ${count} on profile ${profile}`;
}

function unknownModel(models: readonly Model[], name: string, profile: string): BerthError {
  const near = nearest(name, new Set(models.map(({ repo }) => repo)));
  const hint = near.length === 0 ? `"berth model add ${name}" may bring it` : `near: ${near.join(", ")}`;
  return new BerthError("model_not_found", `model ${name} is not on profile ${profile}; ${hint}`, {
    param: "model",
    details: { near, profile },
  });
}

function unknownRevision(
  named: readonly Model[],
  name: string,
  revision: string,
  profile: string,
): BerthError {
  const revisions = [...new Set(named.map((model) => model.revision))];
  return new BerthError(
    "model_not_found",
    `${name} is on profile ${profile}, but not in revision ${revision}; there is ${revisions.join(", ")}`,
    { param: "revision", details: { near: revisions, profile } },
  );
}
