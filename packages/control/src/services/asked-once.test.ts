import { BerthError, type Profile } from "@berth/api";
import { expect, test } from "vitest";
import { askedOnce } from "./asked-once.ts";
import type { DraftPorts } from "./draft-service.ts";

test("a cluster that does not answer is waited for once", async () => {
  let asked = 0;
  const ports = askedOnce({
    models: {},
    images: {},
    machine: {},
    askCluster: () => {
      asked += 1;
      return Promise.reject(new BerthError("host_unreachable", "no answer"));
    },
  } as unknown as DraftPorts);
  const profile = { name: "della" } as Profile;
  const ask = (): Promise<unknown> | undefined => ports.askCluster?.(profile, new AbortController().signal);
  for (let draft = 0; draft < 2; draft += 1) await expect(ask()).rejects.toThrow("no answer");
  expect(asked).toBe(1);
});
