import { accessSync, constants, statSync, type Stats } from "node:fs";
import { join } from "node:path";
import type { Check } from "@berth/api";
import type { Cli } from "./cli.ts";

const oldestNode = 24;

/** What can be seen without the server: this program's Node, the home and the key in it. */
export function checkHere({ homeDir }: Cli): readonly Check[] {
  return [checkNode(process.versions.node), checkHome(homeDir), ...checkKeyFile(join(homeDir, "admin.key"))];
}

export function checkNode(version: string): Check {
  const major = Number(version.split(".")[0]);
  return major >= oldestNode
    ? { id: "node", status: "ok", message: `Node ${version}`, fix: null }
    : {
        id: "node",
        status: "failed",
        message: `Node ${version} is too old`,
        fix: `install Node ${oldestNode} or newer`,
      };
}

function checkHome(homeDir: string): Check {
  const stat = statIfThere(homeDir);
  if (stat === undefined) {
    return {
      id: "home",
      status: "warning",
      message: `${homeDir} is not there yet`,
      fix: "`berth init` or `berth start` makes it",
    };
  }
  const fix = `make it a directory you can write, or choose another with BERTH_HOME_DIR`;
  if (!stat.isDirectory())
    return { id: "home", status: "failed", message: `${homeDir} is no directory`, fix };
  try {
    accessSync(homeDir, constants.R_OK | constants.W_OK | constants.X_OK);
  } catch {
    return { id: "home", status: "failed", message: `${homeDir} cannot be written`, fix };
  }
  return { id: "home", status: "ok", message: `home ${homeDir}`, fix: null };
}

function checkKeyFile(path: string): readonly Check[] {
  const stat = statIfThere(path);
  if (stat === undefined) return [];
  const open = (stat.mode & 0o077) !== 0;
  return [
    open
      ? {
          id: "admin-key",
          status: "failed",
          message: `${path} can be read by others`,
          fix: `chmod 600 ${path}`,
        }
      : { id: "admin-key", status: "ok", message: "the admin key is readable by you alone", fix: null },
  ];
}

function statIfThere(path: string): Stats | undefined {
  return statSync(path, { throwIfNoEntry: false });
}
