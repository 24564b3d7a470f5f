import type { ListenAt } from "../serving/listen.ts";

/** What a speech engine is given by the process that it runs in. */
export interface SpeechSurroundings {
  readonly listen: ListenAt;
  /** Where programs are looked for: ffmpeg. */
  readonly path: string;
  /** Imports a package that is not in the bundle, from wherever this machine keeps such. */
  readonly importPackage: (name: string) => Promise<unknown>;
  /** Standard error when absent. */
  readonly log?: ((line: string) => void) | undefined;
}
