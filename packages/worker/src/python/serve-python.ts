import type { WorkOptions } from "../handler.ts";
import { relay } from "../proxy/relay.ts";
import type { Serve } from "../push/serve-handler.ts";
import { Seats } from "../seats.ts";
import type { CalledPython } from "./python-handler.ts";

const dayMs = 86_400_000;

/** Passes calls on to Python's host as they are, as many at once as the handler allows. */
export function servePython(python: CalledPython, work: WorkOptions): Serve {
  const seats = new Seats(work);
  return (request, response) => {
    const pass = (): void =>
      relay(
        request,
        response,
        { kind: "socket", socketPath: python.socketPath },
        { responseTimeoutMs: dayMs, transferTimeoutMs: dayMs, afterBreak: python.afterBreak },
      );
    if (request.method !== "POST") return pass();
    const gone = new AbortController();
    response.once("close", () => gone.abort());
    const seated = (): void => {
      response.once("close", () => seats.leave());
      pass();
    };
    // who has gone away while he waited gets no answer
    void seats.sit(gone.signal).then(seated, () => undefined);
  };
}
