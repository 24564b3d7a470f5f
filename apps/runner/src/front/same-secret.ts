import { timingSafeEqual } from "node:crypto";

/** Compares in a time that tells nothing of the secret but its length, which is no secret. */
export function secretChecker(secret: string): (given: string | undefined) => boolean {
  const expected = Buffer.from(secret, "latin1");
  return (given) => {
    if (given === undefined || given.length !== expected.length) return false;
    return timingSafeEqual(Buffer.from(given, "latin1"), expected);
  };
}
