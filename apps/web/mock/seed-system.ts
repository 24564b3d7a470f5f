import type { Check, RouteResponse, Routes } from "@berth/api";

type Setting = RouteResponse<Routes["listSettings"]>["data"][number];

/** A few of the server's settings, one of each origin. */
export const settings: Setting[] = [
  setting("BERTH_PORT", "--port", "8000", "default", "Where it listens."),
  setting("BERTH_HOST", "--host", "0.0.0.0", "flag", "Which address it listens on."),
  setting("BERTH_HOME", "--home", "/home/ada/.berth", "environment", "Where everything is kept."),
  {
    ...setting("BERTH_USAGE_DAYS", "--usage-days", "90", "file", "How long requests are kept in the ledger."),
    unit: "days",
  },
  setting("BERTH_SECRET_KEY", null, "***", "environment", "Encrypts stored credentials."),
  setting("HF_TOKEN", null, null, "default", "Lets gated models of the hub be read."),
];

export const checks: Check[] = [
  { id: "home", status: "ok", message: "/home/ada/.berth can be written", fix: null },
  { id: "database", status: "ok", message: "the database is whole, 4.1 MB", fix: null },
  {
    id: "host",
    status: "warning",
    message: "the server listens on every address without TLS",
    fix: "Put a proxy that speaks TLS before it, or start it with --host 127.0.0.1.",
  },
  {
    id: "hub",
    status: "failed",
    message: "huggingface.co cannot be reached: getaddrinfo ENOTFOUND",
    fix: "Set HTTPS_PROXY, or HF_HUB_OFFLINE=1 to work without the hub.",
  },
];

function setting(
  id: string,
  flag: string | null,
  value: string | null,
  origin: Setting["origin"],
  description: string,
): Setting {
  return { id, flag, value, origin, description, unit: null };
}
