import type { CallableModel } from "@berth/client";
import { expect, test } from "vitest";
import { service } from "../../mock/seed-services.ts";
import { firstChoice, modelsToCall } from "./models-to-call.ts";

const callable = (id: string, more: object = {}): CallableModel => ({
  id,
  object: "model",
  created: 0,
  owned_by: "berth",
  ...more,
});
const heron = service(0, { id: "aa", name: "heron" });
const loading = service(0, { id: "bb", name: "tern", status: "STARTING" });
const dead = service(0, { id: "cc", name: "gull", status: "FAILED" });
const vectors = service(0, { id: "dd", name: "nomic", task: "feature-extraction" });

test("services come by name with their state, then the models they answer for; nothing stands twice", () => {
  const models = modelsToCall(
    [
      callable("heron"),
      callable("aa"),
      callable("Qwen/Qwen2.5-1.5B-Instruct-GGUF", { status: "ready", context_length: 4096 }),
      callable("nomic", { task: "feature-extraction" }),
    ],
    [heron, loading, dead, vectors],
  );
  expect(models.map(({ name, status }) => [name, status])).toEqual([
    ["heron", "HEALTHY"],
    ["tern", "STARTING"],
    ["Qwen/Qwen2.5-1.5B-Instruct-GGUF", "HEALTHY"],
  ]);
});

test("the one used last is chosen, or one that answers now", () => {
  const models = modelsToCall([], [loading, heron]);
  expect(firstChoice(models, "tern")).toBe("tern");
  expect(firstChoice(models, "gone")).toBe("heron");
  expect(firstChoice(modelsToCall([], [loading]), undefined)).toBe("tern");
  expect(firstChoice([], "gone")).toBeUndefined();
});
