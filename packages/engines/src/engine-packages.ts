/** A machine, as far as it decides which builds of native packages run there. */
export interface BuildMachine {
  readonly platform: string;
  readonly arch: string;
  readonly hasNvidiaDriver: boolean;
}

/** What must be installed before an engine of ours can serve, beside what the runner brings along. */
export interface EnginePackages {
  /** For people: "llama.cpp". */
  readonly title: string;
  /** Names the folder that holds exactly these packages: another choice of them is another folder. */
  readonly folder: string;
  /** As npm takes them: `name@version`. */
  readonly packages: readonly string[];
  /** The one that the engine imports; with it, all of them are there. */
  readonly entry: string;
  /** On disk. */
  readonly aboutMB: number;
  /** Paths below `node_modules` that come along and are for other machines: removed when all is there. */
  readonly unneeded?: readonly string[];
}
