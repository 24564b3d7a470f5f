/** The demo model on the lab's cluster and on this machine, behind one server. */
import { waitForService } from "@berth/e2e/berth-process";
import { profileName, startCluster, type Cluster } from "@berth/e2e/slurm-cluster";

export const near = "near";
export const far = "far";

/** What runs here and there at once. Disposing of it stops all. */
export async function startFarPilot(): Promise<Cluster & AsyncDisposable> {
  const cluster = await startCluster({ demo: true });
  try {
    await cluster.ok("model", "add", "berth/pilot", "--profile", profileName);
    await cluster.ok("run", "--name", near, "text-generation", "berth/pilot", "--wait");
    await cluster.ok(
      "run",
      "--profile",
      profileName,
      "--time",
      "60",
      "--mem",
      "1G",
      "--name",
      far,
      "text-generation",
      "berth/pilot",
      "--wait",
    );
    await waitForService(cluster.berth, far);
    return Object.assign(cluster, { [Symbol.asyncDispose]: () => cluster.dispose() });
  } catch (error) {
    await cluster.dispose();
    throw error;
  }
}
