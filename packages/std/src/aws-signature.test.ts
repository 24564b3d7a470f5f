import { expect, test } from "vitest";
import { signAwsRequest } from "./aws-signature.ts";

const keys = { accessKeyId: "AKIDEXAMPLE", secretAccessKey: "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY" };
const body =
  '{"inputs":[[{"role":"system","content":"You are a helpful assistant."},{"role":"user","content":"Hi"}]],"parameters":{"max_new_tokens":8}}';

// computed with botocore
test.each([
  ["invocations", undefined, "dbe557fa9e9edff9ac32912f817ee73e61cda2397bb79b97e119d44d351fe8c2"],
  [
    "invocations-response-stream",
    undefined,
    "18cad1c0a12dd41e83170e2ab3c18422ebf38a3b1465ed69e28ad5087684b628",
  ],
  ["invocations", "TOKEN/with+chars==", "311946bcbc90ade7fb3078db9ce95d3e0f10365234310ad5c09048e6a3c82382"],
  [
    "invocations-response-stream",
    "TOKEN/with+chars==",
    "9f623df29bf1aec5c2e85b3f2854f63e0924d165a0f23ca51b14cebf4de8afb0",
  ],
])("%s is signed as botocore signs it; session: %s", (path, sessionToken, signature) => {
  const headers = [
    "content-type",
    "application/json",
    "x-amzn-sagemaker-custom-attributes",
    "accept_eula=true",
  ];
  const url = `https://runtime.sagemaker.us-east-2.amazonaws.com/endpoints/my-ep/${path}`;
  const signed = signAwsRequest(
    { method: "POST", url, headers, body },
    {
      keys: { ...keys, sessionToken },
      region: "us-east-2",
      service: "sagemaker",
      now: new Date("2024-01-02T03:04:05Z"),
    },
  );
  expect(signed.at(-1)).toMatch(new RegExp(`Signature=${signature}$`));
  expect(signed.includes("x-amz-security-token")).toBe(sessionToken !== undefined);
});

test.each<[string, string, Uint8Array, string[], string | undefined, string]>([
  [
    "PUT",
    "http://localhost:9000/blobs/berth/job-1_a",
    Buffer.from([0, 255, ...Buffer.from("bytes")]),
    ["content-type", "application/octet-stream"],
    undefined,
    "07597d7f1e9d4e5d3f5c8d34dc5b54f37d5c975eb6a63c0520f24c05f3673127",
  ],
  [
    "GET",
    "http://localhost:9000/blobs/berth/job-1_a",
    Buffer.alloc(0),
    [],
    undefined,
    "f75139d7362e63c3a931a1480864d3c1d5068129d2ebc49801370258e68da713",
  ],
  [
    "DELETE",
    "https://s3.eu-north-1.amazonaws.com/blobs/with%20space/%C3%A9%2B",
    Buffer.alloc(0),
    [],
    "TOKEN/with+chars==",
    "83edf1b01b7a64cfd8051d652479d4b1ed2fd64552518cc57989b9b47e1ac8c9",
  ],
])(
  "a %s of S3 is signed as botocore signs it: %s",
  (method, url, bytes, headers, sessionToken, signature) => {
    const signed = signAwsRequest(
      { method, url, headers, body: bytes },
      {
        keys: { ...keys, sessionToken },
        region: "eu-north-1",
        service: "s3",
        now: new Date("2024-01-02T03:04:05Z"),
      },
    );
    expect(signed.at(-1)).toMatch(new RegExp(`Signature=${signature}$`));
  },
);
