import { exchange, type Transport } from "./transport.ts";

/** A call of a path that no route of ours describes: an endpoint's own, or a job's result. */
export interface PathCall {
  readonly method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  /** Begins with `/`, encoded already, its query included. */
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>> | undefined;
  readonly body?: { readonly contentType: string; readonly bytes: Uint8Array<ArrayBuffer> } | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** What was answered, whatever its status. */
export interface PathReply {
  readonly status: number;
  readonly contentType: string | undefined;
  readonly requestId: string | undefined;
  readonly header: (name: string) => string | undefined;
  /** The body as it comes; once. Throws `connection_lost` when it breaks off. */
  readonly pieces: () => AsyncGenerator<Uint8Array, void, undefined>;
}

export interface PathMethods {
  /** Resolves with any answer, a refusal too: the status is the caller's to judge. Throws only where none came. */
  callPath(call: PathCall): Promise<PathReply>;
}

export function pathMethods(transport: Transport): PathMethods {
  return {
    async callPath({ method, path, headers, body, signal }) {
      const reply = await exchange(transport, { method, path, headers, form: body, accept: "*/*", signal });
      return {
        status: reply.status,
        contentType: reply.header("content-type"),
        requestId: reply.requestId,
        header: reply.header,
        pieces: reply.pieces,
      };
    },
  };
}
