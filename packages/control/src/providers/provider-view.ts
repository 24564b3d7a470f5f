import type { Provider } from "@berth/api";
import type { ProviderRow } from "@berth/store";
import { type Environment, environmentValue } from "./provider-credential.ts";
import type { ProviderHealth } from "./provider-health.ts";
import { providerModels } from "./provider-models.ts";

/** A provider as people see it: never with its credential. */
export function viewProvider(row: ProviderRow, health: ProviderHealth, environment: Environment): Provider {
  const { found: _, credential, ...order } = row;
  const { status, reason, checkedAt, latenciesMs } = health;
  return {
    ...order,
    models: providerModels(row),
    credential: viewCredential(credential, environment),
    status: row.enabled ? status : "off",
    statusReason: row.enabled ? reason : "it is switched off",
    checkedAt,
    latenciesMs: [...latenciesMs],
  };
}

function viewCredential(
  credential: ProviderRow["credential"],
  environment: Environment,
): Provider["credential"] {
  switch (credential.kind) {
    case "none":
      return { kind: "none" };
    case "env":
      return {
        kind: "env",
        name: credential.name,
        isSet: environmentValue(environment, credential.name) !== "",
      };
    case "stored":
      return { kind: "stored", setAt: credential.setAt };
  }
}
