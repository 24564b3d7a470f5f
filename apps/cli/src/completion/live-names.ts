import type { Cli } from "../cli.ts";
import { openProfileBook } from "../profiles/profile-book.ts";
import type { Candidate, LiveNames } from "./candidates.ts";

const patienceMs = 1500;
const lastJobs = 100;

/** Names from the server. None within 1.5 s, or at all, is no names: a shell's Tab is no place for errors. */
export async function liveNames(of: LiveNames, cli: Cli): Promise<readonly Candidate[]> {
  try {
    return await read(of, cli, AbortSignal.timeout(patienceMs));
  } catch {
    return [];
  }
}

async function read(of: LiveNames, cli: Cli, signal: AbortSignal): Promise<readonly Candidate[]> {
  const client = cli.client();
  switch (of) {
    case "services": {
      const { data } = await client.listServices({ query: { all: "true" }, signal });
      return data.map(({ name, status, model }) => ({
        value: name,
        about: `${status} ${model ?? ""}`.trim(),
      }));
    }
    case "models": {
      const { data } = await client.listModels({ signal });
      return unique(data.map(({ repo, image }) => ({ value: repo, about: image })));
    }
    case "profiles":
      return (await openProfileBook(cli).list()).map(({ name, schema }) => ({ value: name, about: schema }));
    case "keys":
      return (await client.listKeys({ signal })).data.map(({ name, prefix }) => ({
        value: name,
        about: prefix,
      }));
    case "providers":
      return (await client.listProviders({ signal })).data.map(({ name, kind, status }) => ({
        value: name,
        about: `${kind} ${status}`,
      }));
    case "routes":
      return (await client.listModelRoutes({ signal })).data.map(({ name, match }) => ({
        value: name,
        about: match,
      }));
    case "endpoints":
      return (await client.listEndpoints({ signal })).data.map(({ name, status }) => ({
        value: name,
        about: status,
      }));
    case "jobs":
      return (await client.listJobs({ query: { limit: lastJobs }, signal })).data.map(
        ({ id, status, path }) => ({ value: id, about: `${status} ${path}` }),
      );
    case "secrets":
      return (await client.listSecrets({ signal })).data.map(({ name, provider }) => ({
        value: name,
        about: provider ?? "",
      }));
    case "presets": {
      const { data } = await client.listHardwarePresets({ signal });
      return unique(
        data.map(({ name, cpus, gpus }) => ({ value: name, about: `${cpus} CPUs, ${gpus} GPUs` })),
      );
    }
    case "callable":
      return (await client.listCallableModels({ signal })).map(({ id }) => ({ value: id, about: "" }));
  }
}

function unique(candidates: readonly Candidate[]): readonly Candidate[] {
  return [...new Map(candidates.map((candidate) => [candidate.value, candidate])).values()];
}
