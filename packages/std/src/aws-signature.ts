import { createHash, createHmac } from "node:crypto";

export interface AwsKeys {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string | undefined;
}

export interface AwsRequest {
  readonly method: string;
  /** Without a query; its path is encoded as it goes over the wire. */
  readonly url: string;
  /** Name, value, name, value ..., in lower case and without `host`. */
  readonly headers: readonly string[];
  readonly body: string | Uint8Array;
}

export interface AwsScope {
  readonly keys: AwsKeys;
  readonly region: string;
  /** `sagemaker`, `s3` ... */
  readonly service: string;
  readonly now: Date;
}

/** The request's headers, and those that sign it by AWS Signature Version 4. */
export function signAwsRequest(
  { method, url, headers, body }: AwsRequest,
  { keys, region, service, now }: AwsScope,
): string[] {
  const { host, pathname } = new URL(url);
  const time = now.toISOString().replace(/[-:]|\.\d+/g, "");
  const date = time.slice(0, 8);
  const bodyHash = sha256(body);
  const isS3 = service === "s3";
  const sent = [
    ...headers,
    ...(isS3 ? ["x-amz-content-sha256", bodyHash] : []),
    "x-amz-date",
    time,
    ...(keys.sessionToken === undefined ? [] : ["x-amz-security-token", keys.sessionToken]),
  ];
  const signed = [["host", host] as const, ...pairs(sent)].toSorted(([a], [b]) => (a < b ? -1 : 1));
  const names = signed.map(([name]) => name).join(";");
  const canonical = [
    method,
    // encoded once more, as everywhere but at S3
    isS3 ? pathname : pathname.split("/").map(encodeStrictly).join("/"),
    "",
    ...signed.map(([name, value]) => `${name}:${value.trim().replace(/ +/g, " ")}`),
    "",
    names,
    bodyHash,
  ].join("\n");
  const scope = [date, region, service, "aws4_request"];
  const text = ["AWS4-HMAC-SHA256", time, scope.join("/"), sha256(canonical)].join("\n");
  const key = scope.reduce<string | Buffer>(hmac, `AWS4${keys.secretAccessKey}`);
  const credential = `${keys.accessKeyId}/${scope.join("/")}`;
  const signature = hmac(key, text).toString("hex");
  return [
    ...sent,
    "authorization",
    `AWS4-HMAC-SHA256 Credential=${credential}, SignedHeaders=${names}, Signature=${signature}`,
  ];
}

function pairs(headers: readonly string[]): (readonly [string, string])[] {
  return headers.flatMap((name, at) => (at % 2 === 0 ? [[name, headers[at + 1] ?? ""] as const] : []));
}

function encodeStrictly(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

function sha256(bytes: string | Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}

function hmac(key: string | Buffer, text: string): Buffer {
  return createHmac("sha256", key).update(text).digest();
}
