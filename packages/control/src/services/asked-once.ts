import type { Cluster, Model, Profile } from "@berth/api";
import type { DraftPorts } from "./draft-service.ts";
import type { StagingLookup } from "./draft-to-launch.ts";

type AskCluster = NonNullable<DraftPorts["askCluster"]>;

/**
 * The same ports, but what may take long is asked once: a second draft has at hand what the first one waited for. What
 * the machine has free, and who holds names and ports, is looked up each time.
 */
export function askedOnce(ports: DraftPorts): DraftPorts {
  const { models, images, machine } = ports;
  const listed = new Map<string, Promise<readonly Model[]>>();
  const inspected = new Map<string, Promise<Model>>();
  const found = new Map<string, Promise<string | undefined>>();
  const clusters = new Map<string, Promise<Cluster>>();
  const runtimes = new Map<string, ReturnType<NonNullable<typeof machine.runtimes>>>();
  const keyOf = (profile: Profile, what: string): string => `${profile.name}\n${what}`;
  return {
    ...ports,
    models: {
      list: (profile, signal) => once(listed, profile.name, () => models.list(profile, signal)),
      inspect: (path, profile, signal) =>
        once(inspected, keyOf(profile, path), () => models.inspect(path, profile, signal)),
      ...("stage" in models && {
        stage: async (model: Model, profile: Profile, signal: AbortSignal): Promise<void> => {
          await (models as StagingLookup).stage(model, profile, signal);
          listed.delete(profile.name);
        },
      }),
    },
    // also that a cluster did not answer
    ...(ports.askCluster !== undefined && {
      askCluster: (profile, signal) =>
        once(clusters, profile.name, () => (ports.askCluster as AskCluster)(profile, signal)),
    }),
    images: {
      find: (reference, profile, signal) =>
        once(found, keyOf(profile, reference), () => images.find(reference, profile, signal)),
    },
    machine: {
      read: (profile, signal) => machine.read(profile, signal),
      runtimes: (signal) => once(runtimes, "", async () => machine.runtimes?.(signal)),
    },
  };
}

function once<T>(answers: Map<string, Promise<T>>, key: string, ask: () => Promise<T>): Promise<T> {
  const answer = answers.get(key) ?? ask();
  answers.set(key, answer);
  return answer;
}
