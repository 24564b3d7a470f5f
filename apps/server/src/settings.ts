import { z } from "@berth/api";
import { parseKey } from "@berth/std/parse-key";

/** Reads `8080-8899`. */
const portRange = z
  .string()
  .regex(/^\d+-\d+$/, "give two ports, as 8080-8899")
  .transform((text) => text.split("-").map(Number) as [number, number])
  .refine(
    ([first, last]) => first >= 1024 && last <= 65535 && first <= last,
    "give ports from 1024 to 65535, the lower first",
  )
  .transform(([first, last]) => ({ first, last }));

/** Reads the 32 bytes that stored credentials are encrypted under. */
const secretKey = z.string().transform((text, context) => {
  const key = parseKey(text);
  if (key !== undefined) return key;
  context.addIssue("give 32 bytes as base64 or hex, as `openssl rand -base64 32` prints them");
  return z.NEVER;
});

const list = z.string().transform((text) =>
  text
    .split(",")
    .map((item) => item.trim())
    .filter((item) => item !== ""),
);
const flag = z
  .enum(["0", "1", "true", "false", "", "yes", "no"])
  .transform((text) => text === "1" || text === "true" || text === "yes");
const whole = (minimum: number, maximum: number) => {
  const error = `give a whole number from ${minimum} to ${maximum}`;
  return z.coerce.number<string>({ error }).int(error).min(minimum, error).max(maximum, error);
};

function isEscaped(text: string): boolean {
  try {
    decodeURIComponent(text);
    return true;
  } catch {
    return false; // that is the answer
  }
}

interface Setting {
  readonly flag?: string;
  readonly schema: z.ZodType<unknown, string>;
  /** As it would be written in the environment; `undefined`: unset. */
  readonly default?: string;
  readonly unit?: string;
  readonly secret?: true;
  readonly description: string;
}

/** Every setting: its name in the environment, its flag, unit, default and meaning. */
export const settings = {
  BERTH_HOST: {
    flag: "host",
    schema: z.string().min(1),
    default: "localhost",
    description: "Where to listen; localhost is both 127.0.0.1 and ::1",
  },
  BERTH_PORT: {
    flag: "port",
    schema: whole(0, 65535),
    default: "8000",
    description: "Port of the console and both APIs; 0 takes a free one",
  },
  BERTH_HOME_DIR: {
    flag: "home-dir",
    schema: z.string().min(1),
    default: "~/.berth",
    description: "Profiles, keys, models, launches and (unless BERTH_STATE_DIR is set) the database",
  },
  BERTH_STATE_DIR: {
    flag: "state-dir",
    schema: z.string().min(1),
    description: "The database's directory, when the home lies on a network file system",
  },
  BERTH_DATABASE_URL: {
    flag: "database-url",
    schema: z.string().min(1),
    secret: true,
    description: "Another database than the one in the state directory (sqlite:/path)",
  },
  BERTH_DEBUG: {
    flag: "debug",
    schema: flag,
    default: "0",
    description: "1 takes authentication away, on loopback only; for development on a machine of your own",
  },
  BERTH_AUTH_TOKEN: {
    schema: z.string().min(16, "give at least 16 characters"),
    secret: true,
    description: "The admin key, instead of the one made at the first start",
  },
  BERTH_SECRET_KEY: {
    schema: secretKey,
    secret: true,
    description:
      "The key that providers' credentials are encrypted under, instead of the one in secret.key in the home: 32 bytes, base64 or hex",
  },
  BERTH_SERVICE_PORTS: {
    flag: "service-ports",
    schema: portRange,
    default: "8080-8899",
    description: "Where services get their own local ports",
  },
  BERTH_ALLOWED_HOSTS: {
    flag: "allowed-hosts",
    schema: list,
    default: "",
    description: "More names this server is called by (Host header), comma-separated",
  },
  BERTH_ALLOWED_ORIGINS: {
    flag: "allowed-origins",
    schema: list,
    default: "",
    description: "Web origins that may call the APIs from a browser, comma-separated",
  },
  BERTH_LOG_LEVEL: {
    flag: "log-level",
    schema: z.enum(["debug", "info", "warn", "error", "silent"]),
    default: "info",
    description:
      "How much the server logs to standard error (at a terminal, only from warn up unless it is set)",
  },
  BERTH_MAX_BODY_MIB: {
    flag: "max-body-mib",
    schema: whole(1, 4096),
    default: "64",
    unit: "MiB",
    description: "Largest request body",
  },
  BERTH_GATEWAY_WORKERS: {
    flag: "gateway-workers",
    schema: whole(1, 64),
    default: "1",
    description: "Threads that carry requests, all behind the one port; more than one needs Linux",
  },
  BERTH_HOLD_SECONDS: {
    flag: "hold-seconds",
    schema: whole(0, 86_400),
    default: "600",
    unit: "s",
    description: "How long a request waits for a service that is starting",
  },
  BERTH_DRAIN_SECONDS: {
    flag: "drain-seconds",
    schema: whole(0, 3600),
    default: "30",
    unit: "s",
    description: "How long running answers may take to end after SIGTERM",
  },
  BERTH_STREAM_IDLE_SECONDS: {
    flag: "stream-idle-seconds",
    schema: whole(1, 86_400),
    default: "600",
    unit: "s",
    description: "How long an engine may be silent before its answer is given up",
  },
  BERTH_RESTART_LIMIT: {
    flag: "restart-limit",
    schema: whole(1, 1_000_000),
    default: "5",
    description: "Crashes in a row, each soon after the last, until a service is given up",
  },
  BERTH_RESTART_MAX_SECONDS: {
    flag: "restart-max-seconds",
    schema: whole(1, 3600),
    default: "60",
    unit: "s",
    description: "Longest pause before a crashed service is started again",
  },
  BERTH_USAGE_DAYS: {
    flag: "usage-days",
    schema: whole(1, 36_500),
    default: "90",
    unit: "days",
    description: "How long finished requests stay in the ledger",
  },
  BERTH_BODIES_DAYS: {
    flag: "bodies-days",
    schema: whole(1, 36_500),
    default: "7",
    unit: "days",
    description: "How long requests' and answers' texts are kept, where a key or a route has them kept",
  },
  BERTH_WEBHOOK_ALLOW: {
    flag: "webhook-allow",
    schema: list,
    default: "",
    description:
      "Hosts, addresses and networks (10.0.0.0/8) inside that jobs' webhooks may be told at, separated by commas; each with its port (hooks.internal:8080, or :* for any) where that is not 80 or 443",
  },
  BERTH_BLOBS: {
    flag: "blobs",
    schema: z
      .string()
      .regex(
        /^(?:\/.+|s3:\/\/[a-z0-9][a-z0-9.-]{1,61}[a-z0-9](?:\/.*)?)$/,
        "give a directory, or s3://BUCKET/PREFIX",
      ),
    description:
      "Where jobs' results over 10 MB are kept: a directory, or s3://BUCKET/PREFIX (default: blobs in the state directory)",
  },
  BERTH_BLOBS_ENDPOINT: {
    flag: "blobs-endpoint",
    schema: z.url({ protocol: /^https?$/ }),
    description: "Where what speaks like S3 answers, as http://minio:9000; AWS itself when unset",
  },
  AWS_REGION: {
    schema: z.string().min(1),
    default: "us-east-1",
    description: "Of the bucket of BERTH_BLOBS",
  },
  AWS_ACCESS_KEY_ID: {
    schema: z.string().min(1),
    secret: true,
    description: "For the bucket of BERTH_BLOBS",
  },
  AWS_SECRET_ACCESS_KEY: {
    schema: z.string().min(1),
    secret: true,
    description: "For the bucket of BERTH_BLOBS",
  },
  BERTH_ENGINES_DIR: {
    flag: "engines-dir",
    schema: z.string().min(1),
    description: "Where engines fetched on demand are kept (default: engines in the home)",
  },
  HF_TOKEN: {
    schema: z.string().min(1),
    secret: true,
    description: "Token for the hub's gated and private repositories",
  },
  HF_ENDPOINT: { schema: z.url(), default: "https://huggingface.co", description: "The hub" },
  HF_HUB_OFFLINE: { schema: flag, default: "0", description: "1 never asks the hub" },
  OTEL_EXPORTER_OTLP_ENDPOINT: {
    schema: z.url({ protocol: /^https?$/ }),
    description:
      "An OpenTelemetry collector (OTLP over HTTP) that gets a trace of each request; unset: none is sent",
  },
  OTEL_EXPORTER_OTLP_HEADERS: {
    schema: z.string().refine(isEscaped, "a percent sign begins an escape, as %20"),
    secret: true,
    description: "Headers for the collector, as name=value,name=value with values percent-encoded",
  },
  OTEL_SERVICE_NAME: {
    schema: z.string().min(1),
    default: "berth",
    description: "What traces call this server",
  },
} as const satisfies Record<string, Setting>;

export type SettingName = keyof typeof settings;
export type Settings = {
  readonly [N in SettingName]: (typeof settings)[N] extends { default: string }
    ? z.output<(typeof settings)[N]["schema"]>
    : z.output<(typeof settings)[N]["schema"]> | undefined;
};

/** Where a value came from. */
export type SettingOrigin = "default" | "environment" | "flag";
