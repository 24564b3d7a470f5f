import { liveEndpoints } from "./endpoint-life.ts";
import type { World } from "./world.ts";

/** Makes the world move while somebody looks: downloads grow, launches load, engines write logs. */
export function live(world: World): () => void {
  const timer = setInterval(() => tick(world), 500);
  timer.unref();
  return () => clearInterval(timer);
}

function tick(world: World): void {
  liveEndpoints(world);
  for (const download of world.downloads.values()) {
    if (download.status !== "RUNNING" || download.bytesTotal === null) continue;
    const bytesDone = Math.min(download.bytesTotal, download.bytesDone + 20_500_000);
    if (bytesDone === download.bytesTotal) {
      world.changeDownload(download.id, { bytesDone, status: "COMPLETED", etaSeconds: null });
      continue;
    }
    const etaSeconds = Math.round((download.bytesTotal - bytesDone) / 41_000_000);
    world.changeDownload(download.id, { bytesDone, bytesPerSecond: 41_000_000, etaSeconds });
  }
  for (const service of world.services.values()) {
    switch (service.status) {
      case "SUBMITTED":
        world.changeService(service.id, { status: "PENDING", statusReason: null }, "Runner started");
        break;
      case "PENDING":
        if (service.retryAt === null)
          world.changeService(
            service.id,
            { status: "STARTING", statusReason: "loading 0 %" },
            "Loading the model",
          );
        break;
      case "STARTING":
        load(world, service.id, service.statusReason);
        break;
      case "STOPPING":
        world.changeService(
          service.id,
          { status: "STOPPED", endedAt: Date.now(), inFlight: 0, memoryMiB: null },
          "Stopped",
        );
        break;
      case "HEALTHY":
        if (world.services.size < 100)
          world.log(
            service.id,
            `${new Date().toISOString()} info  chat tokens=${Math.round(performance.now()) % 300}`,
          );
        break;
      case "UNHEALTHY":
      case "STOPPED":
      case "FAILED":
      case "TIMEOUT":
      case "PREEMPTED":
        break;
    }
  }
}

function load(world: World, id: string, reason: string | null): void {
  const percent = Number(/\d+/.exec(reason ?? "")?.[0] ?? 0) + 4;
  if (percent < 100) world.changeService(id, { statusReason: `loading ${percent} %` });
  else
    world.changeService(
      id,
      { status: "HEALTHY", statusReason: null, healthyAt: Date.now(), memoryMiB: 1710 },
      "Ready",
    );
}
