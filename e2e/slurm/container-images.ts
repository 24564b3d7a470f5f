import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fillImageRoot } from "../containers/image-root.ts";
import type { Lab } from "./lab.ts";

/** The settings of a lab whose jobs can run containers. */
export const containerLab: Readonly<Record<string, string>> = { LAB_APPTAINER: "1", LAB_PODMAN: "1" };

/** The stand-in engine's image in the forms in which a cluster may have it, as paths there. */
export interface EngineImages {
  /** A folder, from which Apptainer makes SIF files and which it runs as it is. */
  readonly folder: string;
  readonly sif: string;
  /** Of `podman save`. */
  readonly archive: string;
}

/**
 * Makes the images by the lab's own Apptainer and Podman, once for each lab, without a registry. They lie in a shared
 * folder, as sites have them, which counts towards nobody's quota.
 */
export function makeEngineImages(lab: Lab): EngineImages {
  const home = join(lab.dir, "home");
  const there = `/home/engine-images`;
  const outside = join(home, "engine-images");
  const images = { folder: `${there}/root`, sif: `${there}/engine.sif`, archive: `${there}/engine.tar` };
  const made = join(outside, "made");
  const sources = fingerprint();
  if (existsSync(made) && readFileSync(made, "utf8") === sources) return images;
  rmSync(outside, { recursive: true, force: true });
  fillImageRoot(join(outside, "root"));
  writeFileSync(join(outside, "Containerfile"), "FROM scratch\nCOPY root/ /\nENV PATH=/usr/bin\n");
  execFileSync("chown", ["-R", "--no-dereference", "20001:20001", outside]);
  inJob(lab, there, "apptainer build --force --mksquashfs-args '-noD -noI -noF' engine.sif root");
  inJob(
    lab,
    there,
    [
      "S=$(mktemp -d)",
      'podman() { command podman --storage-driver overlay --root "$S/s" --runroot "$S/r" "$@"; }',
      "podman build --network host --tag localhost/berth-test:1 .",
      "rm -f engine.tar; podman save --output engine.tar localhost/berth-test:1",
      `podman unshare sh -c 'umount -l "$0/overlay"; rm -rf "$0"' "$S/s"`,
    ].join("; "),
  );
  writeFileSync(made, sources);
  return images;
}

/** Changes with what the images are made of. */
function fingerprint(): string {
  const hash = createHash("sha256").update(process.execPath);
  for (const name of ["stand-in.mjs", "image-root.ts"])
    hash.update(readFileSync(join(import.meta.dirname, "../containers", name)));
  return hash.digest("hex");
}

/** Runs the line in a job on g1, as the user. Throws with what it printed. */
function inJob(lab: Lab, folder: string, line: string): string {
  const words = ["srun", "--nodelist=g1", "--partition=gpu", "--mem=1500", "--chdir", folder];
  return lab.exec("login", [...words, "sh", "-ec", `PATH=$PATH:/opt/apptainer/bin; ${line}`], {
    user: "hpcuser",
  });
}
