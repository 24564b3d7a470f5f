import { BerthError } from "@berth/api";
import { type AwsKeys, signAwsRequest } from "@berth/std/aws-signature";
import { backoffMs } from "@berth/std/backoff";
import type { Clock } from "@berth/std/clock";
import type { Blobs } from "../blobs.ts";
import { requireBlobName } from "./blob-name.ts";
import { readS3Failure, s3Unreachable } from "./s3-failure.ts";

export interface S3BlobsOptions {
  /** `https://s3.eu-north-1.amazonaws.com`, `http://minio:9000`; buckets are in its path. */
  readonly endpoint: string;
  readonly region: string;
  readonly bucket: string;
  /** Before each name: `berth/`. */
  readonly prefix?: string;
  readonly keys: AwsKeys;
  readonly clock: Clock;
  /** 0 to 1. */
  readonly random: () => number;
  readonly fetch?: typeof fetch;
}

type Method = "PUT" | "GET" | "DELETE";

/** Of what comes as a stream, whose length is to be known before it is sent. */
const mostStreamedBytes = 64 * 1024 * 1024;
const tries = 4;
const pauses = { firstMs: 200, maxMs: 5_000, jitter: 0.5 };
/** Until there is an answer, the bytes sent included. */
const tryMs = 120_000;
const forgottenAtOnce = 8;

/** Objects in a bucket of S3, or of what speaks like it. Each is sent in one piece: at most 5 GB. */
export class S3Blobs implements Blobs {
  readonly #options: S3BlobsOptions;
  readonly #place: string;

  /** Throws `invalid_request` for an endpoint, bucket or prefix that cannot be. */
  constructor(options: S3BlobsOptions) {
    this.#options = options;
    this.#place = placeOf(options);
  }

  async write(name: string, bytes: Uint8Array | AsyncIterable<Uint8Array>): Promise<void> {
    requireBlobName(name);
    const answer = await this.#ask("PUT", name, bytes instanceof Uint8Array ? bytes : await gathered(bytes));
    await answer.body?.cancel();
  }

  async *read(name: string): AsyncGenerator<Uint8Array> {
    requireBlobName(name);
    const { body } = await this.#ask("GET", name);
    if (body === null) return;
    try {
      yield* body;
    } catch (error) {
      throw s3Unreachable(this.#options.endpoint, error);
    }
  }

  async forget(names: readonly string[]): Promise<void> {
    for (const name of names) requireBlobName(name);
    for (let at = 0; at < names.length; at += forgottenAtOnce)
      await Promise.all(names.slice(at, at + forgottenAtOnce).map((name) => this.#forgetOne(name)));
  }

  async #forgetOne(name: string): Promise<void> {
    try {
      const answer = await this.#ask("DELETE", name);
      await answer.body?.cancel();
    } catch (error) {
      if (!(error instanceof BerthError && error.code === "not_found")) throw error;
    }
  }

  /** An answer that is a success, after as many tries as it takes and may take; else throws what went wrong with the last. */
  async #ask(method: Method, name: string, body?: Uint8Array): Promise<Response> {
    const { clock, random } = this.#options;
    for (let failures = 1; ; failures += 1) {
      const outcome = await this.#askOnce(method, name, body);
      if (outcome instanceof Response) return outcome;
      const { error, mayPass } = outcome;
      if (!mayPass || failures >= tries) throw error;
      await clock.sleep(backoffMs(failures, pauses, random));
    }
  }

  async #askOnce(
    method: Method,
    name: string,
    body: Uint8Array | undefined,
  ): Promise<Response | { readonly error: BerthError; readonly mayPass: boolean }> {
    const { endpoint, bucket, clock, fetch: send = fetch } = this.#options;
    const answered = new AbortController();
    const late = new AbortController();
    clock.sleep(tryMs, answered.signal).then(
      () => late.abort(new Error(`no answer within ${tryMs / 1000} s`)),
      // it came before
      () => undefined,
    );
    try {
      const answer = await send(`${this.#place}${name}`, {
        method,
        headers: this.#headers(method, name, body),
        redirect: "manual",
        signal: late.signal,
        ...(body === undefined ? {} : { body: body as Uint8Array<ArrayBuffer> }),
      });
      if (answer.ok) return answer;
      const mayPass = answer.status >= 500 || answer.status === 429;
      return { error: await readS3Failure(answer, { name, bucket, endpoint }), mayPass };
    } catch (error) {
      return { error: s3Unreachable(endpoint, error), mayPass: true };
    } finally {
      answered.abort();
    }
  }

  #headers(method: Method, name: string, body: Uint8Array = new Uint8Array(0)): [string, string][] {
    const { keys, region, clock } = this.#options;
    const headers = method === "PUT" ? ["content-type", "application/octet-stream"] : [];
    const signed = signAwsRequest(
      { method, url: `${this.#place}${name}`, headers, body },
      { keys, region, service: "s3", now: new Date(clock.now()) },
    );
    return signed.flatMap((field, at) => (at % 2 === 0 ? [[field, signed[at + 1] ?? ""] as const] : []));
  }
}

/** All that goes into addresses goes as it is. */
function placeOf({ endpoint, bucket, prefix = "" }: S3BlobsOptions): string {
  const refused = (message: string): BerthError => new BerthError("invalid_request", message);
  const url = URL.parse(endpoint);
  if (url === null || !/^https?:$/.test(url.protocol) || url.href !== `${url.origin}/`)
    throw refused(
      "the endpoint of S3 is no address like https://s3.eu-north-1.amazonaws.com, and nothing more",
    );
  if (!/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/.test(bucket))
    throw refused(
      `${JSON.stringify(bucket)} cannot name a bucket: use 3 to 63 small letters, digits, - and .`,
    );
  if (!/^(?:[\w-]+\/)*$/.test(prefix))
    throw refused(`the prefix ${JSON.stringify(prefix)} is not made of names like berth/jobs/`);
  return `${url.origin}/${bucket}/${prefix}`;
}

async function gathered(bytes: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  let length = 0;
  for await (const piece of bytes) {
    length += piece.length;
    if (length > mostStreamedBytes)
      throw new BerthError(
        "payload_too_large",
        `what comes as a stream is kept up to ${mostStreamedBytes / 2 ** 20} MiB`,
      );
    pieces.push(piece);
  }
  return Buffer.concat(pieces);
}
