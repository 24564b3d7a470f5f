import type { Agent } from "node:http";
import { z } from "@berth/api/schema";
import { request } from "@berth/std/node-http";
import type { Connect } from "./address.ts";

/** How to speak to the engine. */
export interface EngineConnection {
  readonly connect: Connect;
  readonly agent: Agent;
  /** The engine's own key, as it wants to see it. */
  readonly authorization: string | undefined;
}

/** What an engine of ours tells of itself; of others, nothing is understood. */
export interface EngineReport {
  readonly progress: { readonly message: string; readonly fraction: number | null } | null;
  readonly contextTokens: number | null;
  readonly parallel: number | null;
}

export type HealthAnswer =
  | { readonly kind: "well"; readonly report: EngineReport }
  | { readonly kind: "unwell"; readonly reason: string; readonly report: EngineReport };

const maxReportBytes = 64 * 1024;
const nothing: EngineReport = { progress: null, contextTokens: null, parallel: null };

const reportSchema = z.object({
  progress: z
    .object({ message: z.string(), fraction: z.number().min(0).max(1).nullable().catch(null) })
    .nullable()
    .catch(null),
  contextTokens: z.number().int().nullable().catch(null),
  parallel: z.number().int().nullable().catch(null),
});

/** Asks the engine's health path once. Never rejects: no answer, or one that is not 2xx, is an unwell engine. */
export function askEngine(engine: EngineConnection, path: string, timeoutMs: number): Promise<HealthAnswer> {
  return new Promise((resolve) => {
    const unwell = (reason: string, report = nothing): void => resolve({ kind: "unwell", reason, report });
    const { authorization } = engine;
    const asking = request({
      ...engine.connect,
      agent: engine.agent,
      path,
      headers: { host: "localhost", ...(authorization === undefined ? {} : { authorization }) },
      signal: AbortSignal.timeout(timeoutMs),
    });
    asking.on("error", (error) => unwell(connectionWords(error, timeoutMs)));
    asking.on("response", (response) => {
      const status = response.statusCode ?? 0;
      let body = "";
      response.setEncoding("utf8");
      response.on("data", (text: string) => {
        if (body.length < maxReportBytes) body += text;
      });
      response.on("error", (error) => unwell(connectionWords(error, timeoutMs)));
      response.on("end", () => {
        const report = readReport(body);
        if (status >= 200 && status < 300) resolve({ kind: "well", report });
        else unwell(`it answered ${status}`, report);
      });
    });
    asking.end();
  });
}

function readReport(body: string): EngineReport {
  try {
    return reportSchema.catch(nothing).parse(JSON.parse(body));
  } catch {
    // most servers answer their health with plain text
    return nothing;
  }
}

function connectionWords(error: Error, timeoutMs: number): string {
  if (error.name === "AbortError" || error.name === "TimeoutError") return `no answer within ${timeoutMs} ms`;
  const code = (error as NodeJS.ErrnoException).code;
  if (code === "ECONNREFUSED" || code === "ENOENT") return "nothing listens there yet";
  return error.message;
}
