import { createHash, createHmac } from "node:crypto";

export interface AwsKeys {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string | undefined;
}

/**
 * The headers of a POST without a query, and those that sign it by AWS Signature Version 4. `headers`: name, value, name,
 * value ..., in lower case and without `host`. The URL's path is encoded as it goes over the wire.
 */
export function signRequest(
  request: { readonly url: string; readonly headers: readonly string[]; readonly body: string },
  { keys, region, now }: { readonly keys: AwsKeys; readonly region: string; readonly now: Date },
): string[] {
  const { host, pathname } = new URL(request.url);
  const time = now.toISOString().replace(/[-:]|\.\d+/g, "");
  const date = time.slice(0, 8);
  const sent = [
    ...request.headers,
    "x-amz-date",
    time,
    ...(keys.sessionToken === undefined ? [] : ["x-amz-security-token", keys.sessionToken]),
  ];
  const signed = [["host", host] as const, ...pairs(sent)].toSorted(([a], [b]) => (a < b ? -1 : 1));
  const names = signed.map(([name]) => name).join(";");
  const canonical = [
    "POST",
    // encoded once more, as everywhere but at S3
    pathname.split("/").map(encodeStrictly).join("/"),
    "",
    ...signed.map(([name, value]) => `${name}:${value.trim().replace(/ +/g, " ")}`),
    "",
    names,
    sha256(request.body),
  ].join("\n");
  const scope = [date, region, "sagemaker", "aws4_request"];
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

function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

function hmac(key: string | Buffer, text: string): Buffer {
  return createHmac("sha256", key).update(text).digest();
}
