import type { ModelRoute, Provider } from "@berth/api";

/** What is gone when the provider is: for people, most important first. */
export function providerLoss(provider: Provider, routes: readonly ModelRoute[]): readonly string[] {
  const { name, models, credential } = provider;
  const using = routes.filter(({ targets }) => targets.some(({ model }) => model.startsWith(`${name}/`)));
  return [
    ...(models.length === 0
      ? []
      : [`${names(models.map((model) => model.name))} can no longer be called through it.`]),
    ...(using.length === 0
      ? []
      : [
          `${using.length === 1 ? "The route" : "The routes"} ${names(using.map((route) => route.name))} ${using.length === 1 ? "loses a target" : "lose targets"}.`,
        ]),
    ...(credential.kind === "stored" ? ["Its stored credential is deleted, and cannot be read back."] : []),
    "What it was used for stays in usage and in the request log.",
  ];
}

const shown = 3;

function names(list: readonly string[]): string {
  const first = list.slice(0, shown).join(", ");
  return list.length > shown ? `${first} and ${list.length - shown} more` : first;
}
