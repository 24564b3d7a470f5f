import { createHash, randomBytes } from "node:crypto";

/** A new key: 256 random bits, so it can be hashed without salt or stretching. */
export function newKeyText(): string {
  return `sk-berth-${randomBytes(32).toString("base64url")}`;
}

/** What is kept of a key: its SHA-256, hex. */
export function hashKey(key: string): string {
  return createHash("sha256").update(key).digest("hex");
}

/** The first characters of a key of ours, to know it by. Of a key that somebody chose, which may be guessed, nothing. */
export function keyPrefix(key: string): string {
  return /^sk-berth-[\w-]{43}$/.test(key) ? key.slice(0, "sk-berth-".length + 4) : "";
}
