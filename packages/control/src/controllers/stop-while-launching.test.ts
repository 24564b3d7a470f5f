import { BerthError } from "@berth/api";
import type { LaunchRequest } from "@berth/launchers";
import { expect, test } from "vitest";
import { Harbour } from "../testing/harbour.ts";

const { signal } = new AbortController();
const pilot = { model: "berth/pilot" };

/** A place to which engines travel until the launch is given up; `late` starts it at that very moment. */
async function slowPlace({ late, refusal }: { late?: boolean; refusal?: BerthError } = {}) {
  const harbour = new Harbour();
  const { sea } = harbour;
  const launch = sea.launch.bind(sea);
  const given: string[] = [];
  sea.launch = (request: LaunchRequest, giveUp?: AbortSignal) =>
    new Promise((_, reject) => {
      giveUp?.addEventListener("abort", () => {
        given.push(request.launchId);
        if (late === true) void launch(request);
        reject((refusal ?? giveUp.reason) as Error);
      });
    });
  const control = await harbour.start();
  const { id } = await control.services.create(pilot, signal);
  await harbour.until(id, "PENDING");
  return { harbour, control, id, given };
}

test.for([
  ["nothing was started yet", {}],
  ["it is started at that very moment", { late: true }],
  ["it fails at that very moment", { refusal: new BerthError("insufficient_disk", "the disk is full") }],
] as const)("an order to stop ends a launch that is under way: %s", async ([, world]) => {
  const { harbour, control, id, given } = await slowPlace(world);
  expect(given).toEqual([]);
  await control.services.stop(id);
  await harbour.until(id, "STOPPED");
  expect(given).toEqual([`${id}-1`]);
  expect(harbour.sea.isRunning(id)).toBe(false);
  expect(await harbour.statuses(id)).toEqual(["SUBMITTED", "PENDING", "STOPPING", "STOPPED"]);
  expect([harbour.sea.violations, harbour.errors]).toEqual([[], []]);
});

test("the server's end ends it as well, and is no order to stop", async () => {
  const { harbour, control, id, given } = await slowPlace();
  await control.close();
  expect(given).toEqual([`${id}-1`]);
  expect((await harbour.row(id)).service.status).toBe("PENDING");
});
