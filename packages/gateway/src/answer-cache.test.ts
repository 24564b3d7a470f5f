import { expect, test } from "vitest";
import { AnswerCache, cacheKey, type CachedAnswer } from "./answer-cache.ts";

const answer = (bytes: number): CachedAnswer => ({
  contentType: "application/json",
  bytes: Buffer.alloc(bytes),
  tokens: undefined,
});
const mebibyte = 1024 * 1024;

test("an answer is given until its time is over", () => {
  const cache = new AnswerCache();
  cache.put("a", answer(1), 100);
  expect(cache.get("a", 99)).toEqual(answer(1));
  expect(cache.get("a", 100)).toBeUndefined();
  expect(cache.get("a", 0)).toBeUndefined();
});

test("those not used for longest go when memory is short", () => {
  const cache = new AnswerCache();
  for (const key of ["a", "b", "c"]) cache.put(key, answer(20 * mebibyte), 100);
  cache.get("a", 0);
  cache.put("d", answer(20 * mebibyte), 100);
  expect(["a", "b", "c", "d"].filter((key) => cache.get(key, 0) !== undefined)).toEqual(["a", "c", "d"]);
});

test("requests are the same only by the same circumstances and bytes", () => {
  const keys = [
    cacheKey(["r", "/v1/x"], Buffer.from("{}")),
    cacheKey(["s", "/v1/x"], Buffer.from("{}")),
    cacheKey(["r", "/v1/x", ""], Buffer.from("{}")),
    cacheKey(["r", "/v1/x"], Buffer.from("{ }")),
  ];
  expect(new Set(keys).size).toBe(4);
  expect(cacheKey(["r", "/v1/x"], Buffer.from("{}"))).toBe(keys[0]);
});
