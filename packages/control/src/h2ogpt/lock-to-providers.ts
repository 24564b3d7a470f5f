import type {
  AuthScheme,
  CreateProvider,
  CredentialSpec,
  ProviderKind,
  ProviderModelSpec,
  ProviderOptions,
} from "@berth/api";
import { providerKinds } from "../providers/provider-kinds.ts";
import type { LockedModel } from "./model-lock.ts";
import type { ParsedServer, ServerKey } from "./parsed-server.ts";

/** A provider that a lock names, with all the models it has there. */
export interface LockedProvider {
  readonly order: CreateProvider & { readonly url: string; readonly models: ProviderModelSpec[] };
  /** The lock does not say whether TGI or Gradio answers there. */
  readonly isUnsure: boolean;
}

/** What of a lock comes to nothing, and why. */
export interface LeftOut {
  readonly what: string;
  readonly reason: string;
}

type Server = Exclude<ParsedServer, { kind: "local" }>;

/** Puts the models of a lock together by their servers: each is one provider. Invisible models are left out. */
export function providersOfLock(locked: readonly LockedModel[]): {
  readonly providers: LockedProvider[];
  readonly leftOut: LeftOut[];
} {
  const servers = new Map<string, LockedProvider>();
  const leftOut: LeftOut[] = [];
  const names = new Set<string>();
  for (const model of locked) {
    const { server } = model;
    leftOut.push(...model.ignored.map(({ field, reason }) => ({ what: `${model.name}: ${field}`, reason })));
    if (!model.isVisible) {
      leftOut.push({ what: model.name, reason: "the lock hides it" });
      continue;
    }
    if (server.kind === "local") {
      const reason = `h2oGPT would load it itself: \`berth model add ${model.model}\` and \`berth run text-generation ${model.model}\` do so here`;
      leftOut.push({ what: model.name, reason });
      continue;
    }
    leftOut.push(...withoutCounterpart(model, server));
    const facts = factsOf(server, model.h2ogptKey);
    const key = JSON.stringify(facts);
    const known = servers.get(key);
    const spec = specOf(model, server, facts.kind);
    if (known !== undefined) known.order.models.push(spec);
    else {
      const name = freeName(baseName(server, facts.url), names);
      names.add(name);
      servers.set(key, {
        order: { name, discover: false, ...facts, models: [spec] },
        isUnsure: server.kind === "tgi-or-gradio" && facts.kind === "tgi",
      });
    }
  }
  return { providers: [...servers.values()], leftOut };
}

/** `name`, or with a number behind it where that is taken. */
export function freeName(name: string, taken: ReadonlySet<string>): string {
  let free = name;
  for (let count = 2; taken.has(free); count += 1) free = `${name.slice(0, 60)}-${count}`;
  return free;
}

type Facts = Pick<CreateProvider, "kind" | "credential" | "auth" | "options"> & { readonly url: string };

function factsOf(server: Server, h2ogptKey: string | undefined): Facts {
  switch (server.kind) {
    case "tgi-or-gradio":
      // only an h2oGPT wants such a key
      return h2ogptKey === undefined
        ? { kind: "tgi", url: server.baseUrl }
        : { kind: "gradio", url: server.baseUrl, credential: stored(h2ogptKey) };
    case "tgi":
      return {
        kind: "tgi",
        url: server.baseUrl,
        credential: stored(server.authorization.value),
        auth: schemeOf(server.authorization.scheme),
      };
    case "gradio":
      return {
        kind: "gradio",
        url: server.baseUrl,
        credential: stored(server.login.password),
        auth: { kind: "basic", user: server.login.user },
      };
    case "openai":
      return {
        kind: server.isChat ? "openai" : "vllm-completions",
        url: server.baseUrl,
        credential: credentialOf(server.key),
      };
    case "azure-openai":
      return {
        kind: "azure-openai",
        url: server.baseUrl,
        credential: credentialOf(server.key),
        options: { apiVersion: server.apiVersion },
      };
    case "openai-compatible":
    case "vllm-completions":
    case "anthropic":
      return { kind: server.kind, url: server.baseUrl, credential: credentialOf(server.key) };
    case "gemini":
      return {
        kind: "gemini",
        url: ownUrl("gemini"),
        credential: credentialOf(server.key),
      };
    case "replicate":
      return {
        kind: "replicate",
        url: ownUrl("replicate"),
        credential: credentialOf(server.key),
      };
    case "sagemaker":
      return {
        kind: "sagemaker",
        url: ownUrl("sagemaker", { region: server.region }),
        options: { region: server.region, chat: server.isChat },
      };
  }
}

function ownUrl(kind: ProviderKind, options: ProviderOptions = {}): string {
  return providerKinds[kind].url(options) ?? "";
}

function stored(value: string): CredentialSpec {
  return { kind: "stored", value };
}

function credentialOf(key: ServerKey): CredentialSpec {
  switch (key.from) {
    case "string":
      return stored(key.key);
    case "environment":
      return { kind: "env", name: key.variable };
    case "nowhere":
      return { kind: "none" };
  }
}

function schemeOf(scheme: string): AuthScheme {
  return scheme.toLowerCase() === "bearer"
    ? { kind: "bearer" }
    : { kind: "header", name: "Authorization", prefix: scheme };
}

const writtenOutHere: readonly ProviderKind[] = ["tgi", "vllm-completions", "replicate", "sagemaker"];

function specOf(model: LockedModel, server: Server, kind: ProviderKind): ProviderModelSpec {
  const { name, prompt, contextTokens, maxOutputTokens, defaults } = model;
  const upstreamName = upstreamNameOf(model.model, server);
  return {
    name,
    ...(upstreamName === name ? {} : { upstreamName }),
    ...(contextTokens === undefined ? {} : { contextTokens }),
    ...(maxOutputTokens === undefined ? {} : { maxOutputTokens }),
    ...(prompt === undefined || !writtenOutHere.includes(kind) ? {} : { prompt }),
    ...(Object.keys(defaults).length === 0 ? {} : { defaults }),
  };
}

function upstreamNameOf(model: string, server: Server): string {
  switch (server.kind) {
    case "azure-openai":
      return server.deployment;
    case "sagemaker":
      return server.endpoint;
    case "replicate":
      return `${server.model}:${server.version}`;
    case "tgi-or-gradio":
    case "tgi":
    case "gradio":
    case "openai":
    case "openai-compatible":
    case "vllm-completions":
    case "anthropic":
    case "gemini":
      return model;
  }
}

/** What a lock can say and a provider's model cannot. */
function withoutCounterpart(model: LockedModel, server: Server): LeftOut[] {
  const told: (readonly [string, unknown, string])[] = [
    ["system_prompt", model.systemPrompt, "callers send their own"],
    ["tokenizer_base_model", model.tokenizer, "the server counts its tokens itself"],
    [
      "max_time",
      model.timeoutMs,
      "callers end what takes them too long; --first-token-timeout bounds the wait",
    ],
    [
      "conversation template",
      server.kind === "openai-compatible" ? server.conversationTemplate : undefined,
      "the server has its own",
    ],
    [
      "prompt",
      writtenOutHere.includes(factsOf(server, model.h2ogptKey).kind) ? undefined : model.prompt,
      "the server writes chats out itself",
    ],
  ];
  return told.flatMap(([field, value, reason]) =>
    value === undefined ? [] : [{ what: `${model.name}: ${field}`, reason }],
  );
}

function baseName(server: Server, url: string): string {
  switch (server.kind) {
    case "sagemaker":
      return `sagemaker-${server.region}`;
    case "replicate":
    case "gemini":
      return server.kind;
    case "tgi-or-gradio":
    case "tgi":
    case "gradio":
    case "openai":
    case "azure-openai":
    case "openai-compatible":
    case "vllm-completions":
    case "anthropic": {
      const { hostname, port } = new URL(url);
      const known = /(?:^|\.)(openai|anthropic)\.com$/.exec(hostname)?.[1];
      const host = known ?? hostname.replace(/\.openai\.azure\.com$/, "");
      return (host + (port === "" ? "" : `-${port}`))
        .replaceAll(/[^A-Za-z0-9.-]+/g, "-")
        .replace(/^[-.]+/, "")
        .slice(0, 64);
    }
  }
}
