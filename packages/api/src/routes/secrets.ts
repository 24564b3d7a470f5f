import type { Route } from "../route.ts";
import { z } from "../schema.ts";
import { hardwarePresetSchema, hardwareSizeSchema } from "../resources/hardware-preset.ts";
import { nameSchema } from "../resources/profile.ts";
import { putSecretSchema, secretSchema } from "../resources/secret.ts";
import { list } from "./shapes.ts";

const named = z.object({ name: nameSchema });
const owned = z.object({ owner: z.string().max(64).optional() });
const ofProfile = z.object({ profile: nameSchema.optional() });

/** What endpoints refer to by name. */
export const secretRoutes = {
  listSecrets: {
    method: "GET",
    path: "/api/v1/secrets",
    tag: "secrets",
    summary: "List secrets, never their values",
    access: "admin",
    query: owned,
    reply: "json",
    response: list(secretSchema),
    status: 200,
    errors: [],
  },
  putSecret: {
    method: "PUT",
    path: "/api/v1/secrets/{name}",
    tag: "secrets",
    summary: "Store a secret, in place of the one of that name",
    access: "admin",
    params: named,
    query: owned,
    body: putSecretSchema,
    reply: "json",
    response: secretSchema,
    status: 200,
    errors: ["unprocessable"],
  },
  deleteSecret: {
    method: "DELETE",
    path: "/api/v1/secrets/{name}",
    tag: "secrets",
    summary: "Forget a secret that no endpoint uses",
    access: "admin",
    params: named,
    query: owned,
    reply: "empty",
    status: 204,
    errors: ["conflict"],
  },
  listHardwarePresets: {
    method: "GET",
    path: "/api/v1/hardware-presets",
    tag: "hardware presets",
    summary: "List hardware presets",
    access: "admin",
    reply: "json",
    response: list(hardwarePresetSchema),
    status: 200,
    errors: [],
  },
  putHardwarePreset: {
    method: "PUT",
    path: "/api/v1/hardware-presets/{name}",
    tag: "hardware presets",
    summary: "Set a hardware preset, everywhere or on one profile",
    access: "admin",
    params: named,
    query: ofProfile,
    body: hardwareSizeSchema,
    reply: "json",
    response: hardwarePresetSchema,
    status: 200,
    errors: [],
  },
  deleteHardwarePreset: {
    method: "DELETE",
    path: "/api/v1/hardware-presets/{name}",
    tag: "hardware presets",
    summary: "Forget a hardware preset; a built-in one comes back as it was",
    access: "admin",
    params: named,
    query: ofProfile,
    reply: "empty",
    status: 204,
    errors: [],
  },
} as const satisfies Record<string, Route>;
