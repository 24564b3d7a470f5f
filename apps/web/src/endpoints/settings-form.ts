import type { Endpoint, Scaling, UpdateEndpoint } from "@berth/api";
import type { FieldProblems } from "../launch/launch-form.ts";
import type { AccessForm } from "./access-fields.tsx";
import { configurationForm, readConfiguration, type ConfigurationForm } from "./configuration-form.ts";
import {
  queueForm,
  readQueue,
  readScaling,
  scalingForm,
  type QueueForm,
  type ScalingForm,
} from "./scaling-form.ts";

/** Everything about an endpoint that can be changed, as it stands in fields. */
export interface SettingsForm {
  readonly access: AccessForm;
  readonly scaling: ScalingForm;
  readonly queue: QueueForm;
  readonly configuration: ConfigurationForm;
}

export function settingsForm(endpoint: Endpoint): SettingsForm {
  let serial = 0;
  const newId = (): string => String((serial += 1));
  return {
    access: {
      description: endpoint.description ?? "",
      visibility: endpoint.visibility,
      fallback: endpoint.fallback ?? "",
      coldStart: endpoint.coldStart,
    },
    scaling: scalingForm(endpoint.scaling),
    queue: queueForm(endpoint.queue),
    configuration: configurationForm(endpoint.configuration, newId),
  };
}

export interface SettingsChange {
  readonly body: UpdateEndpoint;
  readonly problems: FieldProblems;
  /** The whole policy; absent while something is wrong with it. */
  readonly scaling: Scaling | undefined;
}

/** What the form says in place of what is: only what is different from it, and what is wrong with it. */
export function readSettings(form: SettingsForm, endpoint: Endpoint): SettingsChange {
  const scaling = readScaling(form.scaling);
  const queue = readQueue(form.queue);
  const configuration = readConfiguration(form.configuration, endpoint.configuration);
  const { description, visibility, fallback, coldStart } = form.access;
  return {
    body: {
      ...changed(
        {
          description: description.trim(),
          visibility,
          fallback: fallback === "" ? null : fallback,
          coldStart,
        },
        {
          description: endpoint.description ?? "",
          visibility: endpoint.visibility,
          fallback: endpoint.fallback,
          coldStart: endpoint.coldStart,
        },
      ),
      ...nested("scaling", changed(scaling.value, endpoint.scaling)),
      ...nested("queue", changed(queue.value, endpoint.queue)),
      ...changed(configuration.value, endpoint.configuration),
    },
    scaling: Object.keys(scaling.problems).length === 0 ? scaling.value : undefined,
    problems: { ...scaling.problems, ...queue.problems, ...configuration.problems },
  };
}

function changed<T extends object>(after: T, before: T): Partial<T> {
  return Object.fromEntries(
    Object.entries(after).filter(([name, value]) => !isEqual(value, before[name as keyof T])),
  ) as Partial<T>;
}

function nested<Name extends string, T extends object>(name: Name, part: T): { [N in Name]?: T } {
  return (Object.keys(part).length === 0 ? {} : { [name]: part }) as { [N in Name]?: T };
}

/** Whatever the order of an object's fields; that of a list counts. */
function isEqual(one: unknown, other: unknown): boolean {
  return JSON.stringify(inOrder(one)) === JSON.stringify(inOrder(other));
}

function inOrder(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(inOrder);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, inner]) => inner !== undefined)
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, inner]) => [name, inOrder(inner)]),
  );
}
