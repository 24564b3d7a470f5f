import { expect, test } from "vitest";
import { leadsHome, mayStreamFrom } from "./prediction-urls.ts";

const replicate = "https://api.replicate.com/v1";
const nearby = "http://127.0.0.1:8000/v1";

test.each([
  ["https://api.replicate.com/v1/predictions/p1", replicate, true],
  ["https://api.replicate.com:8443/v1/predictions/p1", replicate, false],
  ["http://api.replicate.com/v1/predictions/p1", replicate, false],
  ["https://api.replicate.com@evil.example/v1", replicate, false],
  ["http://127.0.0.1:8000/x", nearby, true],
  ["http://127.0.0.1:8001/x", nearby, false],
  ["no address", replicate, false],
])("%s of %s is its own: %s", (told, own, is) => {
  expect(leadsHome(told, own)).toBe(is);
});

test.each([
  ["https://stream.replicate.com/v1/p1", replicate, true],
  ["http://stream.replicate.com/v1/p1", replicate, false],
  ["https://127.0.0.1/p1", replicate, false],
  ["https://[::1]/p1", replicate, false],
  ["https://10.0.0.5/p1", replicate, false],
  ["https://gpu1/p1", replicate, false],
  ["ftp://stream.replicate.com/p1", replicate, false],
  ["http://127.0.0.1:8001/p1", nearby, true],
  ["no address", nearby, false],
])("a stream at %s is read for %s: %s", (told, own, is) => {
  expect(mayStreamFrom(told, own)).toBe(is);
});
