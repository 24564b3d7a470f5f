import { BerthError, type EndpointConfiguration, type HardwarePreset, type Secret } from "@berth/api";
import { nearest } from "@berth/std/nearest";
import { serviceKind } from "../services/service-kind.ts";
import { findPreset } from "./replica-spec.ts";

export interface KnownNames {
  readonly profiles: readonly string[];
  readonly presets: readonly HardwarePreset[];
  /** Of the endpoint's owner. */
  readonly secrets: readonly Pick<Secret, "name" | "provider">[];
}

/** Throws `unprocessable` for what the configuration refers to and is not there, `invalid_request` for what contradicts itself. */
export function checkConfiguration(configuration: EndpointConfiguration, known: KnownNames): void {
  const { template, profiles, hardware, secrets, hubSecret } = configuration;
  const secretNames = known.secrets.map(({ name }) => name);
  if (template !== null) serviceKind(template);
  for (const [index, profile] of profiles.entries()) {
    requireKnown(profile, known.profiles, `profiles[${index}]`, "profile");
    if (hardware !== null) findPreset(hardware, profile, known.presets);
  }
  const names = new Set<string>();
  for (const [index, { secret, env }] of secrets.entries()) {
    requireKnown(secret, secretNames, `secrets[${index}].secret`, "secret");
    if (names.has(env) || template?.env?.[env] !== undefined)
      throw new BerthError("invalid_request", `secrets[${index}].env: ${env} is given twice`, {
        param: `secrets[${index}].env`,
      });
    names.add(env);
  }
  if (hubSecret === null) return;
  requireKnown(hubSecret, secretNames, "hubSecret", "secret");
  const provider = known.secrets.find(({ name }) => name === hubSecret)?.provider ?? null;
  if (provider !== null && provider !== "huggingface")
    throw new BerthError(
      "unprocessable",
      `hubSecret: secret ${hubSecret} is for ${provider}; \`berth secret set NAME --provider huggingface\` stores one for the hub`,
      { param: "hubSecret" },
    );
}

function requireKnown(name: string, known: readonly string[], param: string, what: string): void {
  if (known.includes(name)) return;
  const near = nearest(name, new Set(known));
  const hint = near.length > 0 ? `near: ${near.join(", ")}` : `there are ${known.join(", ") || "none"}`;
  throw new BerthError("unprocessable", `${param}: there is no ${what} ${name}; ${hint}`, {
    param,
    details: { near },
  });
}
