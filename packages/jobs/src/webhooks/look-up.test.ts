import type { LookupAddress } from "node:dns";
import { setImmediate as turn } from "node:timers/promises";
import { expect, test } from "vitest";
import { lookUpInTurn } from "./look-up.ts";

const never = new AbortController().signal;
const addresses = [{ address: "192.0.2.1", family: 4 }];

/** Answers when it is told to. */
function nameServer() {
  const asked: string[] = [];
  const open: PromiseWithResolvers<LookupAddress[]>[] = [];
  const lookUp = lookUpInTurn((host) => {
    asked.push(host);
    open.push(Promise.withResolvers());
    return open.at(-1)!.promise;
  });
  return { asked, open, lookUp };
}

test("names are looked up one at a time, and one that fails holds up nobody", async () => {
  const { asked, open, lookUp } = nameServer();
  const first = lookUp("a", never);
  const second = lookUp("b", never);
  await turn();
  expect(asked).toEqual(["a"]);
  open[0]?.reject(new Error("no such name"));
  await expect(first).rejects.toThrow("no such name");
  await turn();
  expect(asked).toEqual(["a", "b"]);
  open[1]?.resolve(addresses);
  expect(await second).toEqual(addresses);
});

test("what nobody waits for any more is not asked", async () => {
  const { asked, open, lookUp } = nameServer();
  void lookUp("a", never);
  const gone = new AbortController();
  const second = lookUp("b", gone.signal);
  const third = lookUp("c", never);
  gone.abort(new Error("too late"));
  await turn();
  open[0]?.resolve(addresses);
  await expect(second).rejects.toThrow("too late");
  await turn();
  expect(asked).toEqual(["a", "c"]);
  open[1]?.resolve(addresses);
  expect(await third).toEqual(addresses);
});
