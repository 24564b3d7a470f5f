import { join } from "node:path";
import type { Profile } from "@berth/api";
import { type Clock, systemClock } from "@berth/std/clock";
import { type HubDouble, type HubDoubleOptions, startHubDouble } from "@berth/testing/hub-double";
import { temporaryFolder } from "@berth/testing/temporary-folder";
import type { Hub } from "../../model-source.ts";
import { createHub, type HubOptions } from "../index.ts";

/** A clock on which waiting takes a hundredth of the time. */
export const hurriedClock: Clock & { readonly slept: number[] } = {
  slept: [],
  now: () => systemClock.now(),
  monotonic: () => systemClock.monotonic() * 100,
  sleep(ms, signal) {
    hurriedClock.slept.push(ms);
    return systemClock.sleep(ms / 100, signal);
  },
};

export interface HubFixture extends AsyncDisposable {
  readonly double: HubDouble;
  readonly hub: Hub;
  readonly folder: string;
  readonly profile: Profile;
}

/** A hub double, a hub that speaks with it, and an empty home. */
export async function hubFixture(
  options: HubDoubleOptions,
  hubOptions: Partial<HubOptions> = {},
): Promise<HubFixture> {
  const folder = await temporaryFolder();
  const double = await startHubDouble(options);
  const hub = createHub({
    endpoint: double.endpoint,
    token: () => undefined,
    offline: () => false,
    fetch,
    clock: hurriedClock,
    attempts: 4,
    ...hubOptions,
  });
  return {
    double,
    hub,
    folder: folder.path,
    profile: profileAt(folder.path),
    [Symbol.asyncDispose]: async () => {
      await double.close();
      await folder[Symbol.asyncDispose]();
    },
  };
}

export function profileAt(folder: string): Profile {
  const place = { home: join(folder, "home"), cache: join(folder, "cache") };
  return {
    id: "p",
    name: "p",
    default: true,
    status: "ready",
    statusReason: null,
    schema: "local",
    slurm: null,
    connection: null,
    ...place,
  };
}
