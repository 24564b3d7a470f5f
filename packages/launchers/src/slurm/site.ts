import { BerthError } from "@berth/api";
import type { Clock } from "@berth/std/clock";
import { Gathering } from "@berth/std/gathering";
import type { SchedulerMeter } from "../cluster/index.ts";
import type { LaunchRef, Observation } from "../launcher.ts";
import type { RemoteAnswer, RemoteCommand, RemoteHost } from "../remote/remote-host.ts";
import { ClusterWatch } from "./cluster-watch.ts";
import type { Installer } from "./install/installer.ts";
import type { Pack } from "./install/pack.ts";
import type { PlaceProgram } from "./place-program.ts";

export interface SiteOptions {
  readonly host: RemoteHost;
  readonly meter: SchedulerMeter;
  readonly clock: Clock;
  readonly installer: Installer;
  /** Puts our runner there, for the relay. */
  readonly program: PlaceProgram;
}

/** Who waits for a pack, and where. */
interface Installing {
  readonly home: string;
  readonly launchId: string;
  readonly tell: (what: string) => void;
}

const never = new AbortController().signal;

/** What is known of one cluster while this process lives. */
export class Site {
  readonly host: RemoteHost;
  readonly watch: ClusterWatch;
  readonly #meter: SchedulerMeter;
  readonly #looks: Gathering<LaunchRef, ReadonlyMap<string, Observation>>;
  /** What launches wait for at the moment, by launch id. */
  readonly #waiting = new Map<string, () => string>();
  readonly #installer: Installer;
  /** What is being submitted, by job name. */
  readonly #submissions = new Map<string, Promise<unknown>>();
  #machine: string | undefined;

  constructor(options: SiteOptions) {
    this.host = options.host;
    this.#meter = options.meter;
    this.#installer = options.installer;
    this.watch = new ClusterWatch(options);
    this.#looks = new Gathering((refs) =>
      this.watch.observe([...new Map(refs.map((ref) => [ref.launchId, ref])).values()], never),
    );
  }

  /** Never rejects, but for the signal. */
  async observe(refs: readonly LaunchRef[], signal: AbortSignal): Promise<ReadonlyMap<string, Observation>> {
    const seen = new Map(await this.#looks.join(refs, signal));
    for (const { launchId } of refs) {
      const detail = this.#waiting.get(launchId)?.();
      if (detail !== undefined && seen.get(launchId)?.kind === "absent")
        seen.set(launchId, { kind: "queued", detail, expectedStartMs: undefined });
    }
    return seen;
  }

  /** Runs a script that tells by lines `asked ...` what it asks the scheduler. */
  async act(command: RemoteCommand, signal: AbortSignal): Promise<RemoteAnswer> {
    const answer = await this.host.run(command, signal);
    const calls = answer.stdout.split("\n").filter((line) => line.startsWith("asked ")).length;
    this.#meter.record(calls);
    return answer;
  }

  /** Runs a script that submits the job, to its end, whoever waits for it. */
  submit(jobName: string, command: RemoteCommand): Promise<RemoteAnswer> {
    const answer = this.act(command, never);
    const over = answer
      .catch(() => undefined)
      .then(() => {
        if (this.#submissions.get(jobName) === over) this.#submissions.delete(jobName);
      });
    this.#submissions.set(jobName, over);
    return answer;
  }

  /** Resolves when the job is not being submitted: what comes to be of it can be seen from then on. */
  async submitted(jobName: string): Promise<void> {
    await this.#submissions.get(jobName);
  }

  /** The login node's architecture, as `uname -m` calls it; compute nodes are taken to have the same. */
  async machine(signal: AbortSignal): Promise<string> {
    if (this.#machine !== undefined) return this.#machine;
    const answer = await this.host.run({ script: "uname -m" }, signal);
    const machine = answer.stdout.trim();
    if (answer.exitCode !== 0 || machine === "")
      throw new BerthError(
        "upstream_failed",
        `the login node does not say what it is: ${answer.stderr.trim()}`,
      );
    return (this.#machine = machine);
  }

  /** Installs the pack; a launch that waits for it tells how far it is. */
  async install(pack: Pack, { home, launchId, tell }: Installing, signal: AbortSignal): Promise<void> {
    let percent = 0;
    const words = (): string => `installing ${pack.title} on the cluster, ${percent} %`;
    this.#waiting.set(launchId, words);
    const onProgress = (fraction: number): void => {
      percent = Math.round(fraction * 100);
      tell(words());
    };
    try {
      await this.#installer.install(pack, { host: this.host, home, onProgress }, signal);
    } finally {
      this.#waiting.delete(launchId);
    }
  }
}
