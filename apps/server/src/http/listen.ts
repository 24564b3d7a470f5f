import type { RequestListener, Server } from "node:http";
import { chmod, rm } from "node:fs/promises";
import type { AddressInfo, ListenOptions } from "node:net";
import { BerthError } from "@berth/api";
import { createServer } from "@berth/std/node-http";
import { type FastPathOptions, takeFastPath } from "@berth/gateway";
import { portHolder } from "@berth/std/port-holder";

/** Connections are taken until it is closed. */
export interface Closable {
  /** Accepts nobody any more; running requests go on. */
  stopAccepting(): void;
  /** Resolves when every connection has ended; those on which an answer is under way are broken off after `withinMs`. */
  close(withinMs: number): Promise<void>;
}

/** One port, on one address or on both loopbacks. */
export interface Listener extends Closable {
  readonly port: number;
  readonly addresses: readonly string[];
}

/** How often connections that have become idle are looked for while closing. */
const sweepMs = 25;

export interface ListenChoices {
  readonly shared?: boolean;
  /** Which requests are answered without node:http, and by whom. */
  readonly fast?: Omit<FastPathOptions, "keepAliveSeconds">;
}

/**
 * Listens; `localhost` means 127.0.0.1 and, where the machine has it, ::1. Of a `shared` port each thread of this user
 * that listens there gets its part of the connections. Throws `conflict` that names who holds a taken port, and
 * `unsupported` where ports cannot be shared.
 */
export async function listen(
  host: string,
  port: number,
  onRequest: RequestListener,
  { shared = false, fast }: ListenChoices = {},
): Promise<Listener> {
  const hosts = host === "localhost" ? ["127.0.0.1", "::1"] : [host.replace(/^\[|\]$/g, "")];
  const servers: OpenServer[] = [];
  let bound = port;
  for (const [index, address] of hosts.entries()) {
    const { server, closers } = makeServer(onRequest, fast);
    try {
      await bind(server, { host: address, port: bound, reusePort: shared });
    } catch (cause) {
      const code = (cause as NodeJS.ErrnoException).code;
      // A machine without IPv6 has no second loopback.
      if (index > 0 && (code === "EADDRNOTAVAIL" || code === "EAFNOSUPPORT")) continue;
      for (const open of servers) open.server.close();
      throw await explain(cause, address, bound);
    }
    servers.push({ server, closers });
    bound = (server.address() as AddressInfo).port;
  }
  return {
    port: bound,
    addresses: servers.map(({ server }) => (server.address() as AddressInfo).address),
    ...closing(servers),
  };
}

/** A port to be shared, which nobody has; another server that shares it would get a part of our connections. Throws as `listen`. */
export async function findUnshared(host: string, port: number): Promise<number> {
  const probe = await listen(host, port, () => undefined);
  await probe.close(0);
  return probe.port;
}

/** Listens at a Unix socket, which only this user reaches, in place of whatever lies there. */
export async function listenAtSocket(path: string, onRequest: RequestListener): Promise<Closable> {
  await rm(path, { force: true });
  const open = makeServer(onRequest);
  await bind(open.server, { path });
  await chmod(path, 0o600);
  return closing([open]);
}

/** Closes connections: node:http's, and those that have nothing to do with it. */
type Closer = Pick<Server, "closeIdleConnections" | "closeAllConnections">;

interface OpenServer {
  readonly server: Server;
  readonly closers: readonly Closer[];
}

function closing(servers: readonly OpenServer[]): Closable {
  const closers = servers.flatMap((open) => open.closers);
  const closeIdle = (): void => {
    for (const closer of closers) closer.closeIdleConnections();
  };
  return {
    stopAccepting: () => {
      for (const { server } of servers) server.close();
      closeIdle();
    },
    close: async (withinMs) => {
      const closed = servers.map(
        ({ server }) => new Promise<void>((resolve) => server.close(() => resolve())),
      );
      const sweep = setInterval(closeIdle, sweepMs);
      const limit = setTimeout(() => {
        for (const closer of closers) closer.closeAllConnections();
      }, withinMs);
      await Promise.all(closed);
      clearInterval(sweep);
      clearTimeout(limit);
    },
  };
}

/** Where this very process reaches what listens. */
export function loopbackUrl({ addresses, port }: Listener): string {
  const [address = "127.0.0.1"] = addresses;
  if (address === "0.0.0.0") return `http://127.0.0.1:${port}`;
  if (address === "::") return `http://[::1]:${port}`;
  return `http://${address.includes(":") ? `[${address}]` : address}:${port}`;
}

const keepAliveSeconds = 65;

function makeServer(onRequest: RequestListener, fast?: ListenChoices["fast"]): OpenServer {
  const server = createServer(
    {
      noDelay: true,
      maxHeaderSize: 32 * 1024,
      headersTimeout: 15_000,
      requestTimeout: 300_000,
      keepAliveTimeout: keepAliveSeconds * 1000,
      connectionsCheckingInterval: 5_000,
    },
    onRequest,
  );
  server.on("clientError", (error: NodeJS.ErrnoException, socket) => {
    if (!socket.writable || error.code === "ECONNRESET") return void socket.destroy();
    const [status, message] =
      error.code === "HPE_HEADER_OVERFLOW"
        ? ["431 Request Header Fields Too Large", "the headers are larger than 32 KiB"]
        : error.code === "ERR_HTTP_REQUEST_TIMEOUT"
          ? ["408 Request Timeout", "the request took too long to arrive"]
          : ["400 Bad Request", "this is not HTTP as this server understands it"];
    const body = JSON.stringify({
      error: { message, type: "invalid_request_error", code: "invalid_request", param: null },
    });
    socket.end(
      `HTTP/1.1 ${status}\r\ncontent-type: application/json\r\ncontent-length: ${Buffer.byteLength(body)}\r\nconnection: close\r\n\r\n${body}`,
    );
  });
  const closers = fast === undefined ? [] : [takeFastPath(server, { ...fast, keepAliveSeconds })];
  return { server, closers: [server, ...closers] };
}

function bind(server: Server, where: ListenOptions): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen({ ...where, exclusive: true, ipv6Only: where.host === "::1" }, () => {
      // a connection that cannot be accepted for want of file descriptors must not end the others
      server.on("error", () => undefined);
      resolve();
    });
  });
}

async function explain(cause: unknown, host: string, port: number): Promise<unknown> {
  const code = (cause as NodeJS.ErrnoException).code;
  if (code === "EADDRINUSE") {
    const holder = await portHolder(port);
    const by = holder === undefined ? "another process" : `${holder.command} (pid ${holder.pid})`;
    return new BerthError(
      "conflict",
      `port ${port} on ${host} is taken by ${by}; end it, or choose another with --port`,
      {
        param: "BERTH_PORT",
        details: { port, ...holder },
        cause,
      },
    );
  }
  if (code === "ENOTSUP")
    return new BerthError(
      "unsupported",
      "this system does not let threads share a port; use --gateway-workers 1",
      { param: "BERTH_GATEWAY_WORKERS", cause },
    );
  if (code === "EACCES")
    return new BerthError("forbidden", `this user may not listen on port ${port}; choose one above 1023`, {
      cause,
    });
  if (code === "EADDRNOTAVAIL" || code === "ENOTFOUND") {
    return new BerthError("invalid_request", `BERTH_HOST: this machine has no address ${host}`, {
      param: "BERTH_HOST",
      cause,
    });
  }
  return cause;
}
