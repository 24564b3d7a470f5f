import { timingSafeEqual } from "node:crypto";

/** Compares in a time that tells nothing of what is expected but its length, which is no secret. */
export function isSameSecret(given: string | undefined, expected: string): boolean {
  if (given === undefined) return false;
  const [left, right] = [Buffer.from(given), Buffer.from(expected)];
  return left.length === right.length && timingSafeEqual(left, right);
}
