import { createHash, createHmac } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { buffer } from "node:stream/consumers";

export interface S3DoubleOptions {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly region: string;
  readonly bucket: string;
}

/** In place of an answer: a status with a code of S3's, a connection that breaks, or an answer that does. */
export type S3Fault =
  | { readonly kind: "answer"; readonly status: number; readonly code: string }
  | { readonly kind: "break" }
  | { readonly kind: "cut" };

export interface S3Double extends AsyncDisposable {
  readonly endpoint: string;
  readonly objects: ReadonlyMap<string, Buffer>;
  /** `PUT key`, of all that was asked. */
  readonly asked: readonly string[];
  /** Happen to the next requests, one each. */
  readonly faults: S3Fault[];
}

/**
 * One bucket of an object store, as S3's documentation says it is asked: GET, PUT and DELETE by path, each signed by
 * Signature Version 4 in its headers, which is computed here from the request as it arrived.
 */
export async function s3Double(options: S3DoubleOptions): Promise<S3Double> {
  const objects = new Map<string, Buffer>();
  const asked: string[] = [];
  const faults: S3Fault[] = [];

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await buffer(request);
    const refuse = (status: number, code: string): void =>
      void response
        .writeHead(status, { "content-type": "application/xml" })
        .end(`<?xml version="1.0"?><Error><Code>${code}</Code><Message>said of ${code}</Message></Error>`);
    const wrong = wrongSignature(request, body, options);
    const [bucket, ...rest] = (request.url ?? "").slice(1).split("/");
    const key = rest.join("/");
    asked.push(`${request.method} ${key}`);
    const fault = faults.shift();
    if (fault?.kind === "answer") return refuse(fault.status, fault.code);
    if (fault?.kind === "break") return void request.socket.destroy();
    if (fault?.kind === "cut") {
      response.writeHead(200, { "content-length": "100" }).write("some");
      return void setImmediate(() => request.socket.end());
    }
    if (wrong !== undefined) return refuse(403, wrong);
    if (bucket !== options.bucket) return refuse(404, "NoSuchBucket");
    const { method } = request;
    const object = objects.get(key);
    if (method === "PUT") {
      objects.set(key, body);
      return void response.end();
    }
    if (method === "DELETE") {
      objects.delete(key);
      return void response.writeHead(204).end();
    }
    if (method !== "GET") return refuse(405, "MethodNotAllowed");
    return object === undefined ? refuse(404, "NoSuchKey") : void response.end(object);
  }

  const server = createServer((request, response) => {
    answer(request, response).catch(() => request.socket.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    objects,
    asked,
    faults,
    [Symbol.asyncDispose]: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** The code of what is wrong with how a request is signed. */
function wrongSignature(
  request: IncomingMessage,
  body: Buffer,
  options: S3DoubleOptions,
): string | undefined {
  const { method = "", url = "", headers } = request;
  const given =
    /^AWS4-HMAC-SHA256 Credential=([^/]+)\/(\d{8})\/([^/]+)\/s3\/aws4_request, ?SignedHeaders=([a-z0-9;-]+), ?Signature=([0-9a-f]{64})$/.exec(
      headers.authorization ?? "",
    );
  if (given === null) return "AccessDenied";
  const [, keyId = "", day = "", region = "", names = "", signature = ""] = given;
  const date = String(headers["x-amz-date"]);
  const hash = String(headers["x-amz-content-sha256"]);
  if (keyId !== options.accessKeyId) return "InvalidAccessKeyId";
  if (region !== options.region || !date.startsWith(`${day}T`)) return "AuthorizationHeaderMalformed";
  if (createHash("sha256").update(body).digest("hex") !== hash) return "XAmzContentSHA256Mismatch";
  const signed = names.split(";");
  // whatever S3 acts on is to be signed
  if (!["host", "x-amz-content-sha256", "x-amz-date"].every((name) => signed.includes(name)))
    return "AccessDenied";
  const canonical =
    `${method}\n${url.split("?")[0]}\n${url.split("?")[1] ?? ""}\n` +
    signed.map((name) => `${name}:${String(headers[name]).trim()}\n`).join("") +
    `\n${names}\n${hash}`;
  const toSign = `AWS4-HMAC-SHA256\n${date}\n${day}/${region}/s3/aws4_request\n${createHash("sha256").update(canonical).digest("hex")}`;
  let key: Buffer = Buffer.from(`AWS4${options.secretAccessKey}`);
  for (const part of [day, region, "s3", "aws4_request"])
    key = createHmac("sha256", key).update(part).digest();
  const expected = createHmac("sha256", key).update(toSign).digest("hex");
  return signature === expected ? undefined : "SignatureDoesNotMatch";
}
