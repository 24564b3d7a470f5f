import {
  type AuthScheme,
  BerthError,
  type CredentialSpec,
  type ProviderAuth,
  type ProviderKind,
} from "@berth/api";
import type { ProviderRow } from "@berth/store";
import type { Secrets } from "../services/secrets.ts";
import { providerKinds } from "./provider-kinds.ts";

export type Environment = Readonly<Record<string, string | undefined>>;

export type OpenedCredential =
  | { readonly kind: "open"; readonly auth: ProviderAuth }
  /** It is somewhere, but cannot be had; the reason holds nothing of it. */
  | { readonly kind: "lost"; readonly reason: string };

/** The credential as it goes over the wire. */
export function openCredential(
  row: Pick<ProviderRow, "id" | "kind" | "credential" | "auth">,
  secrets: Secrets,
  environment: Environment,
): OpenedCredential {
  const { id, kind, credential, auth } = row;
  try {
    switch (credential.kind) {
      case "none":
        return { kind: "open", auth: withoutCredential(kind, auth) };
      case "env": {
        const value = environmentValue(environment, credential.name);
        if (value !== "") return { kind: "open", auth: providerAuth(kind, auth, value.trim()) };
        return {
          kind: "lost",
          reason: `${credential.name} is not set in the environment in which \`berth start\` runs`,
        };
      }
      case "stored":
        return { kind: "open", auth: providerAuth(kind, auth, secrets.unseal(credential.sealed, id)) };
    }
  } catch (error) {
    if (error instanceof BerthError) return { kind: "lost", reason: error.message };
    throw error;
  }
}

/** Empty for what is not set; what all objects have by nature is not set. */
export function environmentValue(environment: Environment, name: string): string {
  const value: unknown = Object.hasOwn(environment, name) ? environment[name] : undefined;
  return typeof value === "string" ? value : "";
}

/** Encrypts what is told; `undefined` for nothing said. Throws `invalid_request` for what no header can hold. */
export async function storeCredential(
  given: CredentialSpec,
  { id, kind, auth }: Pick<ProviderRow, "id" | "kind" | "auth">,
  secrets: Secrets,
  now: number,
): Promise<ProviderRow["credential"]> {
  switch (given.kind) {
    case "none":
    case "env":
      return given;
    case "stored": {
      providerAuth(kind, auth, given.value);
      return { kind: "stored", sealed: await secrets.seal(given.value, id), setAt: now };
    }
  }
}

function withoutCredential(kind: ProviderKind, auth: AuthScheme | null): ProviderAuth {
  if (kind === "sagemaker") return { kind: "aws", keys: undefined };
  return auth?.kind === "basic" ? { kind: "login", user: auth.user, password: "" } : { kind: "none" };
}

function providerAuth(kind: ProviderKind, auth: AuthScheme | null, value: string): ProviderAuth {
  if (!/^[\x20-\x7e]+$/.test(value) || value !== value.trim())
    throw refused("use visible ASCII characters only, without spaces around it");
  if (kind === "sagemaker") return awsKeys(value);
  const own = providerKinds[kind].header;
  switch (auth?.kind) {
    case undefined:
      return { kind: "header", name: own.name, value: own.prefix + value };
    case "bearer":
      return { kind: "header", name: "authorization", value: `Bearer ${value}` };
    case "header": {
      const prefix = auth.prefix === undefined || auth.prefix === "" ? "" : `${auth.prefix.trim()} `;
      return { kind: "header", name: auth.name.toLowerCase(), value: prefix + value };
    }
    case "basic":
      return { kind: "login", user: auth.user, password: value };
  }
}

function awsKeys(value: string): ProviderAuth {
  const [, accessKeyId, secretAccessKey, sessionToken] = /^([^:\s]+):([^:\s]+)(?::(\S+))?$/.exec(value) ?? [];
  if (accessKeyId === undefined || secretAccessKey === undefined)
    throw refused("give ACCESS_KEY_ID:SECRET_ACCESS_KEY, or with a third part the session's token");
  return {
    kind: "aws",
    keys: { accessKeyId, secretAccessKey, ...(sessionToken === undefined ? {} : { sessionToken }) },
  };
}

function refused(message: string): BerthError {
  return new BerthError("invalid_request", `credential: ${message}`, { param: "credential.value" });
}
