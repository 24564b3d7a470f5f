import type { Gateway } from "@berth/gateway";
import type { ThreadLoads } from "../endpoints/gateway-loads.ts";

const everyMs = 100;

/**
 * In a thread: tells what it counts of endpoints, when that has changed, and no more often than it is looked at. The function that
 * it returns tells it at once: whoever is woken for a request must find it counted.
 */
export function tellLoads(
  gateway: Pick<Gateway, "traffic" | "outstanding">,
  tell: (loads: ThreadLoads) => void,
): () => void {
  let told = "";
  const look = (): void => {
    const loads = { endpoints: [...gateway.traffic.loads], outstanding: [...gateway.outstanding()] };
    // a request that is asked again elsewhere changes nothing of an endpoint's own counts
    const text = JSON.stringify(loads);
    if (text === told) return;
    told = text;
    tell(loads);
  };
  setInterval(look, everyMs).unref();
  return look;
}
