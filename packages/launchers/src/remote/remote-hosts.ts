import type { Connection, LoginPrompt, Profile } from "@berth/api";
import type { RemoteHost } from "./remote-host.ts";

/** What a host asks of a person who logs in; `notice` only tells, and no answer to it is read. */
export type HostQuestion = Pick<LoginPrompt, "kind" | "text">;

/** Answers a host's question. The signal aborts when the host waits for it no longer. */
export type Answerer = (question: HostQuestion, signal: AbortSignal) => Promise<string>;

/** The machines that the profiles' clusters are spoken to through. */
export interface RemoteHosts {
  /** Asks nobody; the same one for as long as the profile says the same of how it is reached. */
  hostOf(profile: Profile): RemoteHost;
  /** Null for a profile without a cluster. */
  connectionOf(profile: Profile): Connection | null;
  /**
   * Connects, with somebody there to be asked. Resolves when there is a connection, at once where there is one; throws as
   * RemoteHost's methods do when the host refuses, and the signal's reason when it aborts.
   */
  login(profile: Profile, answer: Answerer, signal: AbortSignal): Promise<void>;
  /** Ends the connections that none of the profiles needs any more. */
  retain(profiles: readonly Profile[]): Promise<void>;
}
