import type { RunnerAddress } from "@berth/api";

/** A server somewhere: its certificate is checked as browsers do it, and where its name leads is looked at. */
export interface PublicAddress {
  readonly kind: "public";
  /** `http://host[:port]` or `https:`. */
  readonly url: string;
}

/** Whoever requests can be sent to. */
export type PeerAddress = (RunnerAddress & { readonly kind?: undefined }) | PublicAddress;

/** Whether no request may ever go to that IP address, whoever asks for it. */
export type ForbidsAddress = (ip: string) => boolean;
