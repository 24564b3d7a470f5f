import { BerthError } from "@berth/api";
import type { Gateway } from "@berth/gateway";
import type { Config } from "./config.ts";
import type { ControlPlane } from "./control-plane.ts";
import { removeServerFile } from "./home.ts";
import type { Listener } from "./http/listen.ts";
import type { ServicePorts } from "./http/service-ports.ts";
import type { OpenQueue } from "./jobs/open-queue.ts";
import type { Logger } from "./log.ts";
import type { State } from "./open-state.ts";
import type { GatewayThreads } from "./workers/gateway-threads.ts";
import type { TraceExporter } from "./telemetry/trace-exporter.ts";

/** Everything of a server that has to be stopped. */
export interface RunningServer {
  readonly config: Config;
  readonly listener: Listener;
  readonly servicePorts: ServicePorts;
  readonly gateway: Gateway;
  readonly queue: Pick<OpenQueue, "stopCalling" | "close">;
  /** Those that carry requests too, where there are any. */
  readonly threads: GatewayThreads | undefined;
  readonly plane: ControlPlane;
  /** Connections to clusters: let go of, not ended. */
  readonly hosts: AsyncDisposable;
  /** Its abort ends what is streamed and waited for. */
  readonly stopping: AbortController;
  /** What goes on by itself, and ends after `stopping` has aborted. */
  readonly working: Promise<unknown>;
  /** Has spans that were not sent yet, where they are sent at all. */
  readonly traces: TraceExporter | undefined;
  readonly state: State;
  readonly log: Logger;
}

/** For answers that are being written when everything else has stopped. */
const lastAnswersMs = 1_000;
/** More than what the control plane gives an engine to stop. */
const stopServicesMs = 30_000;

/**
 * Accepts nobody any more, lets answers end (for BERTH_DRAIN_SECONDS), then streams, then all that works by itself.
 * Engines go on unless `--stop-services` was given; rejects when such a one did not stop, after the rest has.
 */
export async function stopServer(server: RunningServer, signal: string): Promise<void> {
  const { config, listener, servicePorts, gateway, queue, threads, plane, stopping, state, log } = server;
  log.info(
    { signal, inFlight: gateway.inFlight + (threads?.inFlight ?? 0) },
    "stopping: nobody new is accepted, running answers may end",
  );
  listener.stopAccepting();
  await servicePorts.stopAccepting();
  await queue.stopCalling();
  const drainMs = config.settings.BERTH_DRAIN_SECONDS * 1000;
  await Promise.all([gateway.drain(AbortSignal.timeout(drainMs)), threads?.drain(drainMs)]);
  stopping.abort(new BerthError("shutting_down", "this server is stopping; try again when it is back"));
  await Promise.all([
    listener.close(lastAnswersMs),
    servicePorts.close(lastAnswersMs),
    threads?.close(lastAnswersMs),
  ]);
  // it would start what is stopped
  await plane.endpoints.close();
  try {
    if (config.stopServices) await plane.control.services.stopAll(AbortSignal.timeout(stopServicesMs));
  } finally {
    await plane.downloads.stop();
    await plane.images.stop();
    await plane.control.close();
    plane.logins.dispose();
    await server.hosts[Symbol.asyncDispose]();
    plane.probes.close();
    await server.working;
    await server.traces?.flush();
    await queue.close();
    await removeServerFile(config.homeDir);
    await state.close();
  }
  log.info("stopped");
}
