import { expect, test } from "vitest";
import { provider, providerModel } from "../../mock/seed-providers.ts";
import { modelRoute } from "../../mock/seed-routes.ts";
import { providerLoss } from "./provider-loss.ts";

const stays = "What it was used for stays in usage and in the request log.";

test("a provider without models and credential takes nothing along", () => {
  expect(providerLoss(provider(0, {}), [])).toEqual([stays]);
});

test("models, routes and a stored credential are named", () => {
  const models = ["a", "b", "c", "d"].map((name) => providerModel({ name }));
  const lab = provider(0, { name: "lab", models, credential: { kind: "stored", setAt: 0 } });
  const target = { model: "lab/a", weight: 1, group: 0, status: "ready", reason: null } as const;
  const routes = [
    modelRoute(0, { name: "chat", targets: [target] }),
    modelRoute(0, { name: "other", targets: [{ ...target, model: "laboratory/a" }] }),
  ];
  expect(providerLoss(lab, routes)).toEqual([
    "a, b, c and 1 more can no longer be called through it.",
    "The route chat loses a target.",
    "Its stored credential is deleted, and cannot be read back.",
    stays,
  ]);
});
