import { portOwner } from "@berth/std/port-owner";

/**
 * Whether a runner of this user can be what listens there. A runner that has died leaves its port to anybody, until the
 * next look tells: prompts and secrets are not for whoever takes it meanwhile.
 */
export async function isOwnPort(host: string, port: number): Promise<boolean> {
  switch (await portOwner(host, port)) {
    case "ours":
    case "unknown":
      return true;
    case "foreign":
    case "nobody":
      return false;
  }
}
