import { privateAddress } from "@berth/std/private-address";

/** Whether the address, which a provider tells, is of the provider itself. */
export function leadsHome(told: string, own: string): boolean {
  return URL.parse(told)?.origin === new URL(own).origin;
}

/** A stream lies elsewhere as a rule: out in the world, unless the provider itself is nearby. */
export function mayStreamFrom(told: string, own: string): boolean {
  if (leadsHome(told, own)) return true;
  const url = URL.parse(told);
  if (url === null || url.username !== "" || url.password !== "") return false;
  if (privateAddress(new URL(own).hostname)) return url.protocol === "http:" || url.protocol === "https:";
  return url.protocol === "https:" && !privateAddress(url.hostname);
}
