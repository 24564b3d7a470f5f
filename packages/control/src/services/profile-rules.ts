import { BerthError, nameSchema } from "@berth/api";
import { nearest } from "@berth/std/nearest";
import type { DeclaredProfile } from "./profile-text.ts";

/** Throws `not_found`, with near names. */
export function findDeclared(declared: readonly DeclaredProfile[], name: string): DeclaredProfile {
  const found = declared.find((profile) => profile.name === name);
  if (found !== undefined) return found;
  const near = nearest(
    name,
    declared.map((profile) => profile.name),
  );
  const meant = near.length === 0 ? "`berth profile ls` lists them" : `did you mean ${near.join(" or ")}?`;
  throw new BerthError("not_found", `there is no profile ${name}: ${meant}`, {
    param: "name",
    details: { near },
  });
}

export function requireName(name: string, param: string): void {
  const parsed = nameSchema.safeParse(name);
  if (!parsed.success)
    throw new BerthError("invalid_request", `${param}: ${parsed.error.issues[0]?.message ?? "not a name"}`, {
      param,
    });
}

export function requireFree(declared: readonly DeclaredProfile[], name: string, param: string): void {
  if (declared.some((profile) => profile.name === name))
    throw new BerthError("already_exists", `a profile named ${name} exists: choose another name`, { param });
}
