import {
  BerthError,
  type CreateProvider,
  type CredentialSpec,
  type Provider,
  type ProviderCheck,
  type ProviderModelSpec,
  type Routes,
} from "@berth/api";
import { given } from "../src/api/given.ts";
import type { MockHandler } from "./handler.ts";
import { provider, providerModel } from "./seed-providers.ts";
import type { World } from "./world.ts";

type ProviderHandlers = {
  readonly [
    N in
      | "listProviders"
      | "createProvider"
      | "getProvider"
      | "updateProvider"
      | "deleteProvider"
      | "importProviders"
      | "testProvider"
  ]: MockHandler<Routes[N]>;
};

export const providerHandlers: ProviderHandlers = {
  listProviders: (_, world) => ({ data: world.providers }),
  createProvider: ({ body }, world) => {
    if (world.providers.some(({ name }) => name === body.name))
      throw new BerthError("already_exists", `a provider named ${body.name} exists`, { param: "name" });
    if (body.url?.endsWith(":9") === true)
      throw new BerthError("invalid_request", "url: port 9 discards whatever it is sent", { param: "url" });
    const { name, kind, url = "https://api.example.com/v1" } = body;
    const made = provider(Date.now(), { id: world.newId("prov_"), name, kind, url, ...changed(body) });
    world.providers.push({ ...made, status: "unknown", checkedAt: null, createdAt: Date.now() });
    world.publish({ type: "providers" });
    return made;
  },
  importProviders: ({ body: { modelLock = "", dryRun } }, world) => {
    if (!modelLock.trim().startsWith("["))
      throw new BerthError("invalid_request", "modelLock: give a list of dicts, as h2oGPT takes it", {
        param: "modelLock",
      });
    const exists = world.providers.some(({ name }) => name === "192.168.1.46-5000");
    const added = provider(Date.now(), {
      id: world.newId("prov_"),
      name: "192.168.1.46-5000",
      url: "http://192.168.1.46:5000/v1",
      models: [providerModel({ name: "llama", from: "set" })],
    });
    if (dryRun !== true && !exists) {
      world.providers.push(added);
      world.publish({ type: "providers" });
    }
    const { name, kind, url } = added;
    return {
      providers: [{ name, kind, url, models: ["llama"], outcome: exists ? "exists" : "added", message: "" }],
      keys: [],
      ignored: [{ what: "llama", reason: "system_prompt: callers send their own" }],
    };
  },
  getProvider: ({ params }, world) => find(world, params.name),
  updateProvider: ({ params, body }, world) => {
    const before = find(world, params.name);
    const { url, auth, maxParallel, connectSeconds, firstTokenSeconds } = body;
    const after: Provider = {
      ...before,
      ...changed(body),
      url: url ?? before.url,
      auth: auth === undefined ? before.auth : auth,
      maxParallel: maxParallel === undefined ? before.maxParallel : maxParallel,
      connectSeconds: connectSeconds === undefined ? before.connectSeconds : connectSeconds,
      firstTokenSeconds: firstTokenSeconds === undefined ? before.firstTokenSeconds : firstTokenSeconds,
      updatedAt: Date.now(),
    };
    if (body.enabled !== undefined) after.status = body.enabled ? "unknown" : "off";
    world.providers.splice(world.providers.indexOf(before), 1, after);
    world.publish({ type: "providers" });
    return after;
  },
  deleteProvider: ({ params }, world) => {
    world.providers.splice(world.providers.indexOf(find(world, params.name)), 1);
    world.publish({ type: "providers" });
  },
  testProvider: ({ params }, world) => {
    const one = find(world, params.name);
    const models = one.models.map(({ name }) => name);
    const checks = one.status === "down" ? brokenChecks(one) : wholeChecks(one);
    return { ok: checks.every(({ outcome }) => outcome !== "failed"), checks, models };
  },
};

function find(world: World, word: string): Provider {
  const found = world.providers.find(({ name, id }) => name === word || id === word);
  if (found === undefined) throw new BerthError("not_found", `no provider ${word}`, { param: "name" });
  return found;
}

/** What both kinds of requests may say, as the provider then has it. */
function changed(
  body: Pick<CreateProvider, "models" | "discover" | "credential" | "options" | "anyPath" | "enabled">,
): Partial<Provider> {
  const { models, discover, credential, options, anyPath, enabled } = body;
  return given({
    models: models?.map(named),
    discover,
    credential: credential === undefined ? undefined : shown(credential),
    options,
    anyPath,
    enabled,
  });
}

function named({ name, upstreamName = name, ...facts }: ProviderModelSpec): Provider["models"][number] {
  return { ...providerModel({ name, upstreamName, from: "set" }), ...given(facts) };
}

function shown(credential: CredentialSpec): Provider["credential"] {
  switch (credential.kind) {
    case "stored":
      return { kind: "stored", setAt: Date.now() };
    case "env":
      return { kind: "env", name: credential.name, isSet: credential.name !== "UNSET" };
    case "none":
      return credential;
  }
}

function wholeChecks({ url, models, credential }: Provider): ProviderCheck[] {
  const { hostname, protocol } = new URL(url);
  const [first] = models;
  return [
    { step: "address", outcome: "ok", message: `${hostname} is 10.1.4.20`, ms: 2 },
    { step: "connection", outcome: "ok", message: "it takes connections", ms: 4 },
    protocol === "https:"
      ? { step: "tls", outcome: "ok", message: "its certificate is good until 2027-03-01", ms: 18 }
      : { step: "tls", outcome: "skipped", message: "http: has none", ms: null },
    { step: "path", outcome: "ok", message: "OpenAI's routes are there", ms: 21 },
    credential.kind === "none"
      ? { step: "credential", outcome: "skipped", message: "none is set, and none is asked for", ms: null }
      : { step: "credential", outcome: "ok", message: "it is accepted", ms: 20 },
    { step: "models", outcome: "ok", message: models.map(({ name }) => name).join(", "), ms: 20 },
    { step: "answer", outcome: "ok", message: `${first?.name ?? "it"}: Hello.`, ms: 412 },
  ];
}

function brokenChecks({ url, statusReason }: Provider): ProviderCheck[] {
  return [
    { step: "address", outcome: "ok", message: `${new URL(url).hostname} is 10.1.4.7`, ms: 2 },
    {
      step: "connection",
      outcome: "failed",
      message: `${statusReason ?? "nothing listens there"}; is the server started, and the port right?`,
      ms: 3,
    },
  ];
}
