import { BerthError, type Model, type Profile } from "@berth/api";
import { nearest } from "@berth/std/nearest";

const shortestPrefix = 4;

/**
 * The model of an id, the start of one, or a repository that lies there once. Throws `not_found` with near matches, or
 * `conflict` naming the candidates when several fit.
 */
export function findModel(models: readonly Model[], named: string): Model {
  const exact = models.find((model) => model.id === named);
  if (exact !== undefined) return exact;
  const fitting = models.filter(
    (model) => model.repo === named || (named.length >= shortestPrefix && model.id.startsWith(named)),
  );
  const [only, ...more] = fitting;
  if (only !== undefined && more.length === 0) return only;
  if (only !== undefined) {
    const candidates = fitting.map(({ id, repo, revision, profile, location }) => ({
      id,
      repo,
      revision,
      profile,
      location,
    }));
    const listed = candidates.map(({ id, revision, profile, location }) =>
      [id, `(${revision.slice(0, 8)}, ${location} of ${profile})`].join(" "),
    );
    throw new BerthError(
      "conflict",
      `${named} names ${fitting.length} models: ${listed.join(", ")}; give one id`,
      { param: "id", details: { candidates } },
    );
  }
  const near = nearest(
    named,
    models.map((model) => model.repo),
  );
  const hint = near.length === 0 ? '"berth model ls" shows those there are' : `near: ${near.join(", ")}`;
  throw new BerthError("not_found", `there is no model ${named}; ${hint}`, {
    param: "id",
    details: { near },
  });
}

/** The profile of the name, or the default one. Throws `not_found` with near matches. */
export function findProfile(profiles: readonly Profile[], name: string | undefined): Profile {
  const found = profiles.find((profile) => (name === undefined ? profile.default : profile.name === name));
  if (found !== undefined) return found;
  if (name === undefined) {
    throw new BerthError(
      "not_found",
      'no profile is the default: name one, or "berth profile default" sets it',
      {
        param: "profile",
      },
    );
  }
  const near = nearest(
    name,
    profiles.map((profile) => profile.name),
  );
  const hint = near.length === 0 ? '"berth profile ls" shows those there are' : `near: ${near.join(", ")}`;
  throw new BerthError("not_found", `there is no profile ${name}; ${hint}`, {
    param: "profile",
    details: { near },
  });
}
