/** Every bound the gateway keeps. Nothing a client or an upstream does can outlast or outgrow them. */
export interface GatewayLimits {
  readonly maxBodyBytes: number;
  /** Longest pause while a request's body is sent, and longest time for all of it. */
  readonly bodyIdleMs: number;
  readonly bodyTotalMs: number;
  /** How long a refused client may go on sending what nobody reads, and a broken-off one may take to read why. */
  readonly lingerMs: number;
  /** Requests that wait for a starting service: how many, how many bytes together, how long each. */
  readonly maxHeld: number;
  readonly maxHeldBytes: number;
  readonly maxHoldMs: number;
  /** A held stream is told why it waits: first after, then every. */
  readonly firstCommentMs: number;
  readonly commentMs: number;
  /** Upstream: to be connected, to begin to answer, between two pieces of an answer. */
  readonly connectMs: number;
  readonly firstByteMs: number;
  readonly streamIdleMs: number;
  /** Instead of `firstByteMs`, for requests that bring hours of audio. */
  readonly audioFirstByteMs: number;
  /** How long a client may take nothing of an answer that is there for it. */
  readonly clientStallMs: number;
  /** Connections kept open to each service while nothing is asked. */
  readonly maxIdleConnections: number;
  /** Longest pause before everybody who has failed is asked again; a longer `Retry-After` is left to the client. */
  readonly maxRetryPauseMs: number;
  /** How often the deadlines above are looked at. */
  readonly tickMs: number;
}

const second = 1000;
const minute = 60 * second;
const mebibyte = 1024 * 1024;

export const defaultLimits: GatewayLimits = {
  maxBodyBytes: 32 * mebibyte,
  bodyIdleMs: 30 * second,
  bodyTotalMs: 5 * minute,
  lingerMs: 2 * second,
  maxHeld: 256,
  maxHeldBytes: 64 * mebibyte,
  maxHoldMs: 10 * minute,
  firstCommentMs: 1 * second,
  commentMs: 5 * second,
  // through a tunnel over a line of 2 s each round: a channel, a connection and a TLS handshake
  connectMs: 15 * second,
  firstByteMs: 10 * minute,
  streamIdleMs: 5 * minute,
  audioFirstByteMs: 4 * 60 * minute,
  clientStallMs: 5 * minute,
  maxIdleConnections: 256,
  maxRetryPauseMs: 10 * second,
  tickMs: 250,
};
