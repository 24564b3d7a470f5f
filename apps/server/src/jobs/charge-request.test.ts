import { LimitBook, type Principal, unbounded } from "@berth/gateway";
import { expect, test } from "vitest";
import { requestCharger } from "./charge-request.ts";

test("each is a request of the key's minute, and none is under way", () => {
  const limits = { requestsPerMinute: 2, parallel: 1 };
  const ada: Principal = { ...unbounded, keyId: "ada", scopes: ["inference"], models: null, limits };
  const book = new LimitBook();
  book.setLimits("ada", limits, 0);
  let now = 0;
  const charge = requestCharger(
    book,
    (keyId) => (keyId === "ada" ? ada : undefined),
    () => now,
  );
  charge("ada");
  charge("ada");
  expect(() => charge("ada")).toThrow(expect.objectContaining({ code: "rate_limited" }));
  charge("gone");
  now = 61_000;
  charge("ada");
});
