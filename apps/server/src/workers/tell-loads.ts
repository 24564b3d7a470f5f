import type { Gateway } from "@berth/gateway";
import type { ThreadLoads } from "../endpoints/gateway-loads.ts";

const everyMs = 100;

/** In a thread: tells what it counts of endpoints, when that has changed, and no more often than it is looked at. */
export function tellLoads(
  gateway: Pick<Gateway, "traffic" | "outstanding">,
  tell: (loads: ThreadLoads) => void,
): void {
  let told = 0;
  setInterval(() => {
    const { version, loads } = gateway.traffic;
    if (version === told) return;
    told = version;
    tell({ endpoints: [...loads], outstanding: [...gateway.outstanding()] });
  }, everyMs).unref();
}
