import type { Endpoint, Model, Service } from "@berth/api";
import type { NavigateOptions } from "@tanstack/react-router";
import { endpointSigns } from "../endpoints/endpoint-state.tsx";
import { serviceSigns } from "../services/service-state.tsx";
import { matches } from "../table/filter.ts";
import { rooms } from "./rooms.ts";
import { chooseTheme } from "./theme.ts";

export type PaletteEntry = {
  readonly id: string;
  readonly title: string;
  /** What kind of thing it is, or how it stands. */
  readonly hint: string;
} & (
  | { readonly kind: "place"; readonly target: NavigateOptions }
  | { readonly kind: "action"; readonly run: () => void }
);

const shownAtMost = 40;

const fixed: readonly PaletteEntry[] = [
  ...rooms
    .flat()
    .map(({ to, title }): PaletteEntry => ({ kind: "place", id: to, title, hint: "page", target: { to } })),
  { kind: "place", id: "new-chat", title: "New chat", hint: "action", target: { to: "/chat" } },
  { kind: "place", id: "launch", title: "Start a service", hint: "action", target: { to: "/services/new" } },
  {
    kind: "place",
    id: "endpoint-create",
    title: "Create an endpoint",
    hint: "action",
    target: { to: "/endpoints/new" },
  },
  {
    kind: "place",
    id: "secret-add",
    title: "Add a secret",
    hint: "action",
    target: { to: "/secrets", search: { open: "secret" } },
  },
  {
    kind: "place",
    id: "images",
    title: "Container images",
    hint: "page",
    target: { to: "/models/images" },
  },
  { kind: "place", id: "hub", title: "Search the hub", hint: "action", target: { to: "/models/hub" } },
  {
    kind: "place",
    id: "provider-add",
    title: "Add a provider",
    hint: "action",
    target: { to: "/providers", search: { add: "yes" } },
  },
  {
    kind: "place",
    id: "route-add",
    title: "Add a route",
    hint: "action",
    target: { to: "/routes", search: { open: "add" } },
  },
  {
    kind: "place",
    id: "key-create",
    title: "Create a key",
    hint: "action",
    target: { to: "/keys", search: { create: "yes" } },
  },
  { kind: "action", id: "dark", title: "Dark theme", hint: "action", run: () => chooseTheme("dark") },
  { kind: "action", id: "light", title: "Light theme", hint: "action", run: () => chooseTheme("light") },
  {
    kind: "action",
    id: "system",
    title: "Theme of the system",
    hint: "action",
    run: () => chooseTheme("system"),
  },
];

/** Pages and actions first, then endpoints, services and models; the first forty whose words fit. */
export function findEntries(
  text: string,
  endpoints: readonly Endpoint[],
  services: readonly Service[],
  models: readonly Model[],
): PaletteEntry[] {
  const found: PaletteEntry[] = fixed.filter((entry) => matches(text, entry.title));
  for (const endpoint of endpoints) {
    if (found.length >= shownAtMost) break;
    if (matches(text, endpoint.fullName, endpoint.id, "endpoint")) found.push(endpointEntry(endpoint));
  }
  for (const service of services) {
    if (found.length >= shownAtMost) return found.slice(0, shownAtMost);
    if (matches(text, service.name, service.id, service.model, "service")) found.push(serviceEntry(service));
  }
  for (const model of models) {
    if (found.length >= shownAtMost) break;
    if (matches(text, model.repo, "model launch start")) found.push(modelEntry(model));
  }
  return found.slice(0, shownAtMost);
}

function endpointEntry({ id, fullName, status }: Endpoint): PaletteEntry {
  const { shape, word } = endpointSigns[status];
  return {
    kind: "place",
    id: `endpoint-${id}`,
    title: fullName,
    hint: `endpoint ${shape} ${word}`,
    target: { to: "/endpoints/$id", params: { id } },
  };
}

function serviceEntry(service: Service): PaletteEntry {
  const { shape, word } = serviceSigns[service.status];
  return {
    kind: "place",
    id: `service-${service.id}`,
    title: service.name,
    hint: `service ${shape} ${word}`,
    target: { to: "/services/$id", params: { id: service.id } },
  };
}

function modelEntry(model: Model): PaletteEntry {
  return {
    kind: "place",
    id: `model-${model.id}`,
    title: model.repo,
    hint: "start this model",
    target: { to: "/services/new", search: { model: model.id } },
  };
}
