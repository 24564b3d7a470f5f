import type { Model } from "@berth/api";
import { CliError } from "../exit.ts";
import { nearest } from "../nearest.ts";

export interface ModelWish {
  /** A repository id, or a model's own id. */
  readonly model: string;
  /** A commit, the start of one, a branch or a tag. */
  readonly revision?: string | undefined;
  readonly profile?: string | undefined;
}

/** The models meant. Throws `notFound` with a near match when there is none. */
export function findModels(models: readonly Model[], wish: ModelWish): Model[] {
  const found = models.filter(
    (model) =>
      (model.id === wish.model || model.repo === wish.model) &&
      (wish.profile === undefined || model.profile === wish.profile) &&
      (wish.revision === undefined ||
        model.revision.startsWith(wish.revision) ||
        model.refs.includes(wish.revision)),
  );
  if (found.length > 0) return found;
  const others = models.filter(({ repo }) => repo === wish.model);
  if (others.length > 0) {
    const places = others.map(({ revision, profile }) => `${revision} on ${profile}`).join(", ");
    throw new CliError("notFound", `${wish.model} is installed, but not so; there is ${places}`);
  }
  const near = nearest(
    wish.model,
    models.map(({ repo }) => repo),
  );
  throw new CliError(
    "notFound",
    `no model "${wish.model}" is installed${near === undefined ? "" : ` (did you mean ${near}?)`}; \`berth model ls\` lists them`,
  );
}

/** The one model meant. Throws when several are. */
export function findModel(models: readonly Model[], wish: ModelWish): Model {
  const [first, ...others] = findModels(models, wish);
  if (first !== undefined && others.length === 0) return first;
  const places = [first, ...others].flatMap((model) =>
    model === undefined ? [] : [`${model.revision} on ${model.profile}`],
  );
  throw new CliError(
    "usage",
    `${wish.model} is installed ${places.length} times; say which with --revision or --profile: ${places.join(", ")}`,
  );
}

/** The quantisation its files share; `mixed` when they differ. */
export function quantisationOf({ facts, files }: Model): string | null {
  if (facts?.quantisation != null) return facts.quantisation;
  const named = [
    ...new Set(files.flatMap(({ quantisation }) => (quantisation === null ? [] : [quantisation]))),
  ];
  return named.length > 1 ? "mixed" : (named[0] ?? null);
}
