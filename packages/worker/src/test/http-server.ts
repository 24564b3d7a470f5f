import type { RequestListener } from "node:http";
import { listen } from "../push/listen.ts";

/** Serves at a free port until it is disposed of. */
export async function httpServer(serve: RequestListener) {
  const listening = await listen(serve, { host: "127.0.0.1", port: 0 });
  return {
    url: `http://127.0.0.1:${listening.port}`,
    port: listening.port ?? 0,
    [Symbol.asyncDispose]: () => listening.close(0),
  };
}
