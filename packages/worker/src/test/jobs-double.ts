import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

/** What the double was told of a job, in order: `complete`, `fail`, `return`, and the values that were appended. */
export interface Told {
  readonly route: string;
  readonly body: Record<string, unknown>;
}

export interface DoubleJob {
  readonly id: string;
  readonly input?: unknown;
  readonly body?: Uint8Array;
  readonly contentType?: string;
  readonly executionTimeoutMs?: number;
}

/** What the server answers to a call, instead of a yes; `undefined` says yes, `"break"` breaks the connection. */
export type Mood = (told: Told) => { readonly status: number; readonly body?: unknown } | "break" | undefined;

/** A server's worker routes, with jobs that are handed out once. */
export async function jobsDouble(jobs: readonly DoubleJob[], mood: Mood = () => undefined) {
  const waiting = [...jobs];
  const told: Told[] = [];
  const listeners = new Set<() => void>();
  const server = createServer((request, response) => {
    let text = "";
    request.setEncoding("utf8").on("data", (part: string) => (text += part));
    request.on("end", () => {
      const route = (request.url ?? "").split("/").at(-1) ?? "";
      const one: Told = { route, body: JSON.parse(text) as Record<string, unknown> };
      told.push(one);
      const other = mood(one);
      for (const listener of listeners) listener();
      if (other === "break") {
        response.destroy();
        return;
      }
      response.writeHead(other?.status ?? 200, { "content-type": "application/json" });
      response.end(JSON.stringify(other === undefined ? usual(one) : (other.body ?? {})));
    });
  });
  const usual = ({ route, body }: Told): unknown => {
    if (route === "take") return { data: waiting.splice(0, Number(body.limit)).map(taken) };
    if (route === "renew") return { data: (body.leases as unknown[]).map(() => "held") };
    if (route === "append") return { held: "held" };
    return { kind: "stored", status: "COMPLETED" };
  };
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    told,
    of: (route: string): readonly Told[] => told.filter((each) => each.route === route),
    /** Resolves as soon as it has been told so. */
    until: async (isSo: () => boolean): Promise<void> => {
      while (!isSo()) {
        await new Promise<void>((resolve) => {
          const listener = (): void => {
            listeners.delete(listener);
            resolve();
          };
          listeners.add(listener);
        });
      }
    },
    [Symbol.asyncDispose]: async (): Promise<void> => {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}

function taken({ id, input, body, contentType, executionTimeoutMs }: DoubleJob) {
  return {
    id,
    lease: `lease-${id}`,
    attempt: 1,
    path: "/predict",
    contentType: contentType ?? "application/json",
    body: Buffer.from(body ?? JSON.stringify(input ?? null)).toString("base64"),
    createdAt: 0,
    executionTimeoutMs: executionTimeoutMs ?? 600_000,
    leaseMs: 30_000,
  };
}
