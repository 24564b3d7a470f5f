import { BerthError, type UpdateProfile } from "@berth/api";
import type { NewProfile } from "@berth/control";
import type { Words } from "./words.ts";

/** Options that say something of a profile, and the field each stands for. */
const fields = {
  home: "home",
  cache: "cache",
  host: "host",
  user: "user",
  "ssh-config": "sshConfig",
  partition: "partition",
  account: "account",
  qos: "qos",
  time: "time",
  constraint: "constraint",
  runtime: "runtime",
  setup: "setup",
  node: "node",
} as const;

export const profileOptions: readonly string[] = ["schema", ...Object.keys(fields)];

function said(words: Words): readonly (readonly [string, string])[] {
  return Object.entries(fields).flatMap(([option, field]) => {
    const value = words.values.get(option);
    return value === undefined ? [] : [[field, value] as const];
  });
}

/** What the words say of a new profile; `Profiles` judges it. An empty value is none. */
export function newProfileFrom(words: Words, name: string): NewProfile {
  const spec = Object.fromEntries(said(words).filter(([, value]) => value !== ""));
  return {
    name,
    default: words.switches.has("default"),
    spec: { schema: words.values.get("schema") ?? "local", home: "", cache: "", ...spec },
    ...(words.switches.has("no-check") ? { check: false } : {}),
  };
}

const stays = new Set(["home", "cache", "host"]);

/** An empty value takes the field away. Throws `invalid_request` for those that every profile has. */
export function changeFrom(words: Words): UpdateProfile {
  const changes = said(words).map(([field, value]) => {
    if (value === "" && stays.has(field))
      throw new BerthError("invalid_request", `${field}: give it; a profile has one`, { param: field });
    return [field, value === "" ? null : value] as const;
  });
  return { ...Object.fromEntries(changes), ...(words.switches.has("no-check") ? { check: false } : {}) };
}
