import type { Profile } from "@berth/api";
import type {
  ContainerImageSource,
  DetachedHub,
  Hub,
  ModelSource,
  RememberingModelSource,
  StagingModelSource,
} from "@berth/catalog";

type Source = RememberingModelSource & StagingModelSource;

/** Models of this machine's profiles by one source, of clusters' by the other. */
export function modelSourceByPlace(here: ModelSource, there: Source): Source {
  const of = (profile: Profile): ModelSource => (profile.slurm === null ? here : there);
  return {
    list: (profile, signal) => of(profile).list(profile, signal),
    inspect: (path, name, profile, signal) => of(profile).inspect(path, name, profile, signal),
    remove: (model, profile, signal) => of(profile).remove(model, profile, signal),
    remembered: async (profile) => (profile.slurm === null ? undefined : there.remembered(profile)),
    stage: async (model, profile, signal) =>
      profile.slurm === null ? model : there.stage(model, profile, signal),
  };
}

/** Downloads to this machine's profiles by one hub, to clusters' by the other. What only asks the hub is asked here. */
export function hubByPlace(
  here: Hub,
  there: Pick<DetachedHub, "plan" | "download" | "abandon">,
): DetachedHub {
  return {
    search: (query, signal) => here.search(query, signal),
    describe: (repo, revision, signal) => here.describe(repo, revision, signal),
    plan: (request, profile, signal) =>
      (profile.slurm === null ? here : there).plan(request, profile, signal),
    download: (planned, target, signal) =>
      (target.profile.slurm === null ? here : there).download(planned, target, signal),
    async abandon(id, planned, profile, signal) {
      if (profile.slurm !== null) await there.abandon(id, planned, profile, signal);
    },
  };
}

/** Container images of this machine's profiles by one source, of clusters' by the other. */
export function imageSourceByPlace(
  here: ContainerImageSource,
  there: ContainerImageSource,
): ContainerImageSource {
  const of = (profile: Profile): ContainerImageSource => (profile.slurm === null ? here : there);
  return {
    list: (profile, signal) => of(profile).list(profile, signal),
    remove: (image, profile, signal) => of(profile).remove(image, profile, signal),
    pull: (request, target, signal) => of(target.profile).pull(request, target, signal),
    abandon: (id, profile, signal) => of(profile).abandon(id, profile, signal),
  };
}
