import type { Fetch } from "@berth/client";

const connectTimeoutMs = 10_000;

/**
 * As much of fetch as the client needs, over node:http. Node's own fetch takes longer to load than most commands take
 * to run, and so does a static import of node:http, whose namespace loads it too.
 */
export const nodeFetch: Fetch = (url, init) =>
  new Promise((resolve, reject) => {
    const target = new URL(url);
    const { request } = process.getBuiltinModule(target.protocol === "https:" ? "node:https" : "node:http");
    const sent = request(
      target,
      {
        method: init.method,
        headers: init.headers,
        agent: false,
        ...(init.signal === undefined ? {} : { signal: init.signal }),
      },
      (response) => {
        resolve({
          status: response.statusCode ?? 0,
          headers: {
            get: (name) => {
              const value = response.headers[name.toLowerCase()];
              return value === undefined ? null : String(value);
            },
          },
          body: response,
        });
      },
    );
    sent.setTimeout(connectTimeoutMs, () => {
      // Only the connection is timed: a long answer may well be silent.
      if (sent.socket?.connecting === true)
        sent.destroy(new Error(`no connection within ${connectTimeoutMs} ms`));
    });
    sent.on("error", reject);
    sent.end(init.body);
  });
