import { BerthError, hasEnded } from "@berth/api";
import type { ServiceRow } from "@berth/store";
import { lastAttemptOf, launchRefOf } from "./launch-ref.ts";
import type { Places } from "./place.ts";
import type { ServiceRecords } from "./service-records.ts";

/**
 * Deletes an ended service: the files of its launches, then its events and itself. Throws `conflict` when it has not
 * ended. Where its profile is gone, the files there stay.
 */
export async function forgetService(
  records: ServiceRecords,
  places: Places,
  homeId: string,
  row: ServiceRow,
  signal: AbortSignal,
): Promise<void> {
  const { id, name, status, profile } = row.service;
  if (!hasEnded(status)) {
    throw new BerthError("conflict", `service ${name} is ${status}; stop it first`, {
      param: "id",
      details: { id, status },
    });
  }
  const place = await places.find(profile);
  for (let attempt = 1; place !== undefined && attempt <= lastAttemptOf(row); attempt += 1) {
    await place.launcher.forget(launchRefOf(homeId, row, place.profile, attempt), signal);
  }
  await records.delete(id);
}
