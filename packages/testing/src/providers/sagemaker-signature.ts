import { createHash, createHmac, timingSafeEqual } from "node:crypto";
import type { ReceivedRequest } from "../fake-model-server.ts";

export interface AwsCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  /** Of temporary credentials, which are worth nothing without it. */
  readonly sessionToken?: string;
}

export interface SignatureRefusal {
  readonly type:
    | "MissingAuthenticationTokenException"
    | "IncompleteSignatureException"
    | "UnrecognizedClientException"
    | "InvalidSignatureException";
  readonly message: string;
}

/** Where and when a signature is to be good. */
export interface SignatureScope {
  readonly region: string;
  readonly service: string;
  readonly now: Date;
}

const allowedSkewMs = 5 * 60_000;
const invalidToken = "The security token included in the request is invalid.";
const mismatch =
  "The request signature we calculated does not match the signature you provided. " +
  "Check your AWS Secret Access Key and signing method. Consult the service documentation for details.";

/**
 * Why the request is not let in, by AWS Signature Version 4; `undefined` when its signature is good.
 *
 * The algorithm is the one botocore 1.44.5 signs by (`auth.py`), checked against its signatures; the refusals are from
 * docs.aws.amazon.com/IAM/latest/UserGuide/signature-v4-troubleshooting.html and, of no signature at all, from
 * aws/amazon-sagemaker-examples issue 290, read on 2026-11-29. The text on incomplete signatures is shortened.
 */
export function verifySignature(
  request: Pick<ReceivedRequest, "method" | "url" | "headers" | "body">,
  credentials: AwsCredentials,
  scope: SignatureScope,
): SignatureRefusal | undefined {
  const { headers } = request;
  if (headers.authorization === undefined) {
    return { type: "MissingAuthenticationTokenException", message: "Missing Authentication Token" };
  }
  const parts =
    /^AWS4-HMAC-SHA256 Credential=([^/,]+)\/(\d{8})\/([^/,]+)\/([^/,]+)\/aws4_request, ?SignedHeaders=([^,]+), ?Signature=([0-9a-f]{64})$/.exec(
      headers.authorization,
    );
  const time = String(headers["x-amz-date"] ?? "");
  if (parts === null || !/^\d{8}T\d{6}Z$/.test(time)) {
    return {
      type: "IncompleteSignatureException",
      message:
        "Authorization header requires 'Credential', 'Signature', 'SignedHeaders' and an 'X-Amz-Date' header.",
    };
  }
  const [, accessKeyId = "", date = "", region = "", service = "", names = "", signature = ""] = parts;
  if (
    accessKeyId !== credentials.accessKeyId ||
    headers["x-amz-security-token"] !== credentials.sessionToken
  ) {
    return { type: "UnrecognizedClientException", message: invalidToken };
  }
  const invalid = (message: string): SignatureRefusal => ({ type: "InvalidSignatureException", message });
  if (date !== time.slice(0, 8)) {
    return invalid(
      "Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: " +
        `'${date}' != '${time.slice(0, 8)}', from '${time}'.`,
    );
  }
  if (region !== scope.region)
    return invalid(`Credential should be scoped to a valid Region, not '${region}'.`);
  if (service !== scope.service)
    return invalid(`Credential should be scoped to correct service: '${scope.service}'.`);
  const skewMs = scope.now.getTime() - readTime(time).getTime();
  if (skewMs > allowedSkewMs) {
    const first = writeTime(new Date(scope.now.getTime() - allowedSkewMs));
    return invalid(
      `Signature expired: ${time} is now earlier than ${first} (${writeTime(scope.now)} - 5 min.)`,
    );
  }
  if (-skewMs > allowedSkewMs) {
    const last = writeTime(new Date(scope.now.getTime() + allowedSkewMs));
    return invalid(
      `Signature not yet current: ${time} is still later than ${last} (${writeTime(scope.now)} + 5 min.)`,
    );
  }
  const signed = names.split(";");
  // what steers the signature must itself be signed
  const wanted = ["host", ...Object.keys(headers).filter((name) => name.startsWith("x-amz-"))];
  if (!wanted.every((name) => signed.includes(name))) return invalid(mismatch);
  const expected = sign(
    credentials.secretAccessKey,
    [date, region, service, "aws4_request"],
    time,
    canonical(request, signed),
  );
  return timingSafeEqual(Buffer.from(expected), Buffer.from(signature)) ? undefined : invalid(mismatch);
}

function canonical(request: Parameters<typeof verifySignature>[0], signed: readonly string[]): string {
  const [path = "/", query = ""] = request.url.split("?");
  const headers = signed.map((name) => {
    const value = String(request.headers[name] ?? "");
    return `${name}:${value.trim().replace(/ +/g, " ")}\n`;
  });
  return [
    request.method,
    // the path is encoded once more, as everywhere but at S3
    path.split("/").map(encode).join("/"),
    query.split("&").toSorted().join("&"),
    headers.join(""),
    signed.join(";"),
    sha256(request.body),
  ].join("\n");
}

function sign(secret: string, scope: readonly string[], time: string, canonicalRequest: string): string {
  const text = ["AWS4-HMAC-SHA256", time, scope.join("/"), sha256(canonicalRequest)].join("\n");
  const key = scope.reduce<string | Buffer>((before, part) => hmac(before, part), `AWS4${secret}`);
  return hmac(key, text).toString("hex");
}

const sha256 = (bytes: string | Uint8Array): string => createHash("sha256").update(bytes).digest("hex");
const hmac = (key: string | Buffer, text: string): Buffer => createHmac("sha256", key).update(text).digest();

const encode = (text: string): string =>
  encodeURIComponent(text).replace(/[!'()*]/g, (each) => `%${each.charCodeAt(0).toString(16).toUpperCase()}`);

const readTime = (text: string): Date =>
  new Date(text.replace(/^(\d{4})(\d\d)(\d\dT\d\d)(\d\d)(\d\dZ)$/, "$1-$2-$3:$4:$5"));

const writeTime = (time: Date): string => time.toISOString().replace(/[-:]|\.\d+/g, "");
