/** A request to a provider. */
export interface WireRequest {
  readonly method: "GET" | "POST" | "DELETE";
  /** Absolute; its host may differ from the provider's own (a stream's address), its scheme is http or https. */
  readonly url: string;
  /** Name, value, name, value ...; without host, content-length and what belongs to the connection. */
  readonly headers: readonly string[];
  readonly body?: string | Buffer | undefined;
}

/** An answer whose head has come. Its body is decoded (gzip, deflate, br) and comes no faster than it is taken. */
export interface WireAnswer {
  readonly status: number;
  /** The first header of that (lower-case) name. */
  header(name: string): string | undefined;
  /** To be read once. Leaving the loop early closes the connection. Throws ProviderFailure when it breaks off or stalls. */
  readonly body: AsyncIterable<Buffer>;
  /** The whole body as UTF-8. Throws ProviderFailure when it is longer than `maxBytes` (16 MiB unless told). */
  text(maxBytes?: number): Promise<string>;
}

/** A WebSocket as a client has it. */
export interface WireSocket extends AsyncDisposable {
  /** Text messages as they come, until either side closes. Throws when the connection breaks, or the call is stopped. */
  readonly messages: AsyncIterable<string>;
  send(text: string): void;
}

/**
 * The way to one provider for one call: every request is made with the call's deadlines, stops when the caller leaves,
 * and never reaches an address that a server must not be made to call.
 */
export interface Wire {
  /** Resolves with the head, whatever its status. Rejects with ProviderFailure when none comes. */
  send(request: WireRequest): Promise<WireAnswer>;
  /** `url` is ws: or wss:. Resolves when it is open. */
  openSocket(url: string, headers: readonly string[]): Promise<WireSocket>;
  /** Sends a request that outlives the call: to say that nobody waits any more. How it fares is not told. */
  farewell(request: WireRequest): void;
  /** Aborts when the call is over, however it ended; with the reason when that is the caller or a deadline. */
  readonly signal: AbortSignal;
}
