import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fillImageRoot } from "./image-root.ts";

export const testImage = "localhost/berth-test:1";

/** Podman on this machine, with a store of its own and the stand-in's image in it. */
export interface PodmanHere extends Disposable {
  /** For whatever is to find the store: `CONTAINERS_CONF`, `CONTAINERS_STORAGE_CONF`. */
  readonly environment: Readonly<Record<string, string>>;
  /** Throws with Podman's words. */
  podman(...words: string[]): string;
  /** Names of all containers, running or not. */
  containers(): readonly string[];
}

/** Why containers cannot be run here; `undefined` when they can. */
export function podmanObstacle(): string | undefined {
  if (process.platform !== "linux") return "it needs Linux";
  return spawnSync("podman", ["--version"]).status === 0 ? undefined : "there is no podman";
}

/** Builds the image without asking a registry. Throws with what Podman said. */
export function openPodman(): PodmanHere {
  const dir = mkdtempSync(join(tmpdir(), "berth-podman-"));
  const environment = {
    CONTAINERS_CONF: join(dir, "containers.conf"),
    CONTAINERS_STORAGE_CONF: join(dir, "storage.conf"),
  };
  writeFileSync(
    environment.CONTAINERS_STORAGE_CONF,
    `[storage]\ndriver = "overlay"\ngraphroot = "${dir}/store"\nrunroot = "${dir}/run"\n`,
  );
  // machines where not even root may raise limits, or crun meets a mixed cgroup tree
  const runtime = spawnSync("runc", ["--version"]).status === 0 ? '[engine]\nruntime = "runc"\n' : "";
  writeFileSync(
    environment.CONTAINERS_CONF,
    `[containers]\ndefault_ulimits = ["nofile=20000:20000", "nproc=32768:32768"]\n${runtime}`,
  );
  const podman = (...words: string[]): string =>
    execFileSync("podman", words, {
      env: { ...process.env, ...environment },
      encoding: "utf8",
      stdio: ["ignore", "pipe", "pipe"],
    });
  const here: PodmanHere = {
    environment,
    podman,
    containers: () =>
      podman("ps", "--all", "--format", "{{.Names}}")
        .split("\n")
        .filter((name) => name !== ""),
    [Symbol.dispose]() {
      spawnSync("podman", ["system", "reset", "--force"], { env: { ...process.env, ...environment } });
      rmSync(dir, { recursive: true, force: true });
    },
  };
  try {
    fillImageRoot(join(dir, "root"));
    writeFileSync(
      join(dir, "Containerfile"),
      'FROM scratch\nCOPY root/ /\nENV PATH=/usr/bin\nENTRYPOINT ["/usr/bin/node", "/usr/bin/speech_recognition_launcher"]\n',
    );
    podman("build", "--network", "none", "--tag", testImage, dir);
    return here;
  } catch (error) {
    here[Symbol.dispose]();
    throw error;
  }
}
