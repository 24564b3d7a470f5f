import { expect, test } from "vitest";
import { verifySignature } from "./sagemaker-signature.ts";

const credentials = {
  accessKeyId: "AKIDEXAMPLE",
  secretAccessKey: "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY",
};
const sessionToken = "TOKEN/with+chars==";
const scope = { region: "us-east-2", service: "sagemaker", now: new Date("2024-01-02T03:04:05Z") };
const body = Buffer.from(
  '{"inputs":[[{"role":"system","content":"You are a helpful assistant."},{"role":"user","content":"Hi"}]],' +
    '"parameters":{"max_new_tokens":8}}',
);

function request(path: string, signature: string, token?: string): Parameters<typeof verifySignature>[0] {
  const signed = [
    "content-type;host;x-amz-date",
    ...(token === undefined ? [] : ["x-amz-security-token"]),
    "x-amzn-sagemaker-custom-attributes",
  ].join(";");
  return {
    method: "POST",
    url: `/endpoints/my-ep/${path}`,
    body,
    headers: {
      "content-type": "application/json",
      host: "runtime.sagemaker.us-east-2.amazonaws.com",
      "x-amz-date": "20240102T030405Z",
      ...(token !== undefined && { "x-amz-security-token": token }),
      "x-amzn-sagemaker-custom-attributes": "accept_eula=true",
      authorization:
        "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20240102/us-east-2/sagemaker/aws4_request, " +
        `SignedHeaders=${signed}, Signature=${signature}`,
    },
  };
}

const good = request("invocations", "dbe557fa9e9edff9ac32912f817ee73e61cda2397bb79b97e119d44d351fe8c2");

// all four were computed with botocore
test.each([
  ["invocations", "dbe557fa9e9edff9ac32912f817ee73e61cda2397bb79b97e119d44d351fe8c2", undefined],
  [
    "invocations-response-stream",
    "18cad1c0a12dd41e83170e2ab3c18422ebf38a3b1465ed69e28ad5087684b628",
    undefined,
  ],
  ["invocations", "311946bcbc90ade7fb3078db9ce95d3e0f10365234310ad5c09048e6a3c82382", sessionToken],
  [
    "invocations-response-stream",
    "9f623df29bf1aec5c2e85b3f2854f63e0924d165a0f23ca51b14cebf4de8afb0",
    sessionToken,
  ],
])("botocore's signature of %s is good: %s", (path, signature, token) => {
  const known = token === undefined ? credentials : { ...credentials, sessionToken: token };
  expect(verifySignature(request(path, signature, token), known, scope)).toBeUndefined();
});

const withHeaders = (headers: Record<string, string | undefined>): typeof good => ({
  ...good,
  headers: { ...good.headers, ...headers },
});

test.each<[string, typeof good, object, object, string, string]>([
  [
    "no signature",
    withHeaders({ authorization: undefined }),
    {},
    {},
    "MissingAuthenticationTokenException",
    "Missing Authentication Token",
  ],
  [
    "a bearer token",
    withHeaders({ authorization: "Bearer x" }),
    {},
    {},
    "IncompleteSignatureException",
    "requires 'Credential'",
  ],
  [
    "another body",
    { ...good, body: Buffer.from("{}") },
    {},
    {},
    "InvalidSignatureException",
    "does not match",
  ],
  [
    "another attribute",
    withHeaders({ "x-amzn-sagemaker-custom-attributes": "" }),
    {},
    {},
    "InvalidSignatureException",
    "does not match",
  ],
  ["another secret", good, { secretAccessKey: "x" }, {}, "InvalidSignatureException", "does not match"],
  ["an unknown key", good, { accessKeyId: "x" }, {}, "UnrecognizedClientException", "security token"],
  ["a missing session token", good, { sessionToken }, {}, "UnrecognizedClientException", "security token"],
  [
    "an unsigned header of Amazon's",
    withHeaders({ "x-amz-target": "x" }),
    {},
    {},
    "InvalidSignatureException",
    "does not match",
  ],
  ["another region", good, {}, { region: "eu-west-1" }, "InvalidSignatureException", "valid Region"],
  [
    "another service",
    good,
    {},
    { service: "bedrock" },
    "InvalidSignatureException",
    "correct service: 'bedrock'",
  ],
  [
    "an old one",
    good,
    {},
    { now: new Date("2024-01-02T03:10:00Z") },
    "InvalidSignatureException",
    "Signature expired: 20240102T030405Z is now earlier than 20240102T030500Z (20240102T031000Z - 5 min.)",
  ],
  [
    "an early one",
    good,
    {},
    { now: new Date("2024-01-02T02:00:00Z") },
    "InvalidSignatureException",
    "not yet current",
  ],
])("%s is not let in", (_, sent, otherCredentials, otherScope, type, message) => {
  const refusal = verifySignature(sent, { ...credentials, ...otherCredentials }, { ...scope, ...otherScope });
  expect(refusal).toEqual({ type, message: expect.stringContaining(message) });
});
