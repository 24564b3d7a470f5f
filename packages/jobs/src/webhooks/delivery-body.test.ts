import type { Job } from "@berth/api";
import { expect, test } from "vitest";
import { deliveryBody } from "./delivery-body.ts";

const job: Job = {
  id: "job-1",
  endpointId: "end-1",
  sequence: 7,
  status: "COMPLETED",
  priority: 0,
  path: "/predict",
  inputBytes: 2,
  createdAt: 1,
  availableAt: 1,
  startedAt: 2,
  finishedAt: 3,
  delayMs: 1,
  executionMs: 1,
  expiresAt: 9,
  attempts: 1,
  maxAttempts: 3,
  progress: null,
  error: null,
  isDeadLetter: false,
  result: { status: 200, contentType: "application/json", bytes: 9 },
  keyId: "key-1",
  idempotencyKey: "mine",
  workerId: "worker-1",
  webhookUrl: "https://hooks.example/",
};
const url = "/api/v1/jobs/job-1/result";

test("tells what the job came to, and nothing of who it was for", () => {
  expect(JSON.parse(deliveryBody(job, Buffer.from('{"a":[1]}')))).toEqual({
    id: "job-1",
    endpointId: "end-1",
    status: "COMPLETED",
    error: null,
    result: { status: 200, contentType: "application/json", bytes: 9, url, json: { a: [1] } },
    createdAt: 1,
    startedAt: 2,
    finishedAt: 3,
    attempts: 1,
  });
});

test("of a job without a result tells why", () => {
  const error = { code: "expired", message: 'a "quoted" {json}', details: null };
  const told = JSON.parse(deliveryBody({ ...job, status: "TIMED_OUT", error, result: null }, undefined));
  expect(told).toMatchObject({ status: "TIMED_OUT", error, result: null });
});

test("leaves out a result that is not sent along, and says where it is", () => {
  const { result } = JSON.parse(deliveryBody(job, undefined)) as { result: object };
  expect(result).toEqual({ status: 200, contentType: "application/json", bytes: 9, url });
});

test("JSON goes along as it was written", () => {
  const text = '{"id": 12345678901234567890, "x": 1.0, "x": 2}';
  expect(deliveryBody(job, Buffer.from(text))).toContain(`"json":${text}}`);
});

test.each<[string, string, Buffer]>([
  ["is not JSON", "image/gif", Buffer.from([71, 73, 70, 255])],
  ["only says that it is", "application/json", Buffer.from('{"a":')],
  ["would break out of it", "application/json", Buffer.from('1},"id":"forged","x":{"y":1')],
  ["is not UTF-8", "application/json", Buffer.from([34, 255, 34])],
  ["begins with a mark", "application/json", Buffer.from([0xef, 0xbb, 0xbf, 0x31])],
  ["is nothing", "application/json", Buffer.alloc(0)],
])("what %s goes along as base64", (_fact, contentType, body) => {
  const told = JSON.parse(
    deliveryBody({ ...job, result: { status: 200, contentType, bytes: body.length } }, body),
  ) as { id: string; result: { base64: string; json?: unknown } };
  expect(told.id).toBe("job-1");
  expect(told.result.json).toBeUndefined();
  expect(Buffer.from(told.result.base64, "base64")).toEqual(body);
});

test.each(["application/json; charset=utf-8", "application/problem+json", "Application/JSON"])(
  "%s is JSON",
  (contentType) => {
    const told = deliveryBody({ ...job, result: { status: 200, contentType, bytes: 1 } }, Buffer.from("1"));
    expect(told).toContain('"json":1');
  },
);
