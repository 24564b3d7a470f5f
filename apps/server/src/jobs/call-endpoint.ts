import type { IncomingMessage, RequestOptions } from "node:http";
import { BerthError, notBegunHeader } from "@berth/api";
import { jobLinesType } from "@berth/api/job-lines";
import { endpointPrefix } from "@berth/gateway";
import { type CallEndpoint, CallNotBegun, type DispatchedCall, type EndpointAnswer } from "@berth/jobs";
import { Agent, request as httpRequest } from "@berth/std/node-http";
import type { DispatchPass } from "./dispatch-pass.ts";
import { attemptHeader } from "./own-words.ts";

export interface CallEndpointOptions {
  /** This server's own address. */
  readonly url: () => string;
  readonly pass: Pick<DispatchPass, "headersFor">;
}

/** The call's own deadline comes first. */
const spareMs = 60_000;

/** Calls endpoints by this server's own gateway, as the key that submitted the job: its limits, its name in the books. */
export function loopbackEndpoints({ url, pass }: CallEndpointOptions): CallEndpoint {
  const agent = new Agent({ keepAlive: true });
  return async (
    { endpoint, job, call, mayTakeMs }: DispatchedCall,
    signal: AbortSignal,
  ): Promise<EndpointAnswer> => {
    if (job.keyId === null) throw new BerthError("internal", `job ${job.id} is nobody's`);
    const below = endpoint.fullName.split("/").map(encodeURIComponent).join("/");
    const answer = await ask(
      new URL(url()),
      {
        agent,
        signal,
        path: `${endpointPrefix}${below}${call.path}`,
        headers: {
          ...pass.headersFor(job.keyId, mayTakeMs + spareMs),
          // our own handlers tell what they yield and how far they are; anybody else answers as always
          accept: `${jobLinesType}, */*`,
          "content-type": call.contentType,
          "content-length": call.body.length,
          "x-request-id": `${job.id}.${job.attempts}`,
          [attemptHeader]: String(job.attempts),
        },
      },
      call.body,
    );
    return {
      status: answer.statusCode ?? 502,
      contentType: answer.headers["content-type"] ?? "application/octet-stream",
      retryAfterMs: millisecondsOf(answer.headers["retry-after"]),
      hasBegun: answer.headers[notBegunHeader] === undefined,
      body: answer,
    };
  };
}

function ask({ hostname, port }: URL, asked: RequestOptions, body: Uint8Array): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    // of an IPv6 address the URL has brackets
    const host = hostname.replace(/^\[(.*)\]$/, "$1");
    httpRequest({ method: "POST", host, port, ...asked })
      .once("response", resolve)
      .once("error", (error: NodeJS.ErrnoException) =>
        // nobody listens yet, or any more
        reject(error.syscall === "connect" ? new CallNotBegun(error.message, { cause: error }) : error),
      )
      .end(body);
  });
}

function millisecondsOf(retryAfter: string | undefined): number | undefined {
  return retryAfter !== undefined && /^\d{1,6}$/.test(retryAfter) ? Number(retryAfter) * 1000 : undefined;
}
