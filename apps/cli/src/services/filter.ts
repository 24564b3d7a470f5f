import type { Service } from "@berth/api";
import { CliError } from "../exit.ts";
import { nearest } from "../nearest.ts";

const fields = {
  id: (service: Service, wanted: string) => service.id.startsWith(wanted),
  status: (service: Service, wanted: string) => like(service.status, wanted.toUpperCase()),
  name: (service: Service, wanted: string) => like(service.name, wanted),
  model: (service: Service, wanted: string) => like(service.model ?? "", wanted),
  profile: (service: Service, wanted: string) => like(service.profile, wanted),
  port: (service: Service, wanted: string) => like(String(service.port ?? ""), wanted),
  image: (service: Service, wanted: string) => like(service.image, wanted.replaceAll("_", "-")),
} as const;
type Field = keyof typeof fields;

/** What services to keep: for each field, any of its values. */
export type ServiceFilter = ReadonlyMap<Field, readonly string[]>;

/** Reads `status=HEALTHY,name=p*`; given several times, all count. Throws a usage error that names the fields. */
export function readFilter(texts: readonly string[]): ServiceFilter {
  const filter = new Map<Field, string[]>();
  for (const part of texts.flatMap((text) => text.split(","))) {
    const [name = "", value] = part.trim().split(/=(.*)/s, 2);
    if (!isField(name)) {
      const known = Object.keys(fields);
      const near = nearest(name, known);
      throw new CliError(
        "usage",
        `--filter: no field "${name}"${near === undefined ? "" : ` (did you mean ${near}?)`}; fields: ${known.join(", ")}`,
      );
    }
    if (value === undefined || value === "")
      throw new CliError("usage", `--filter: give ${name} a value, as ${name}=VALUE`);
    filter.set(name, [...(filter.get(name) ?? []), value]);
  }
  return filter;
}

export function matches(service: Service, filter: ServiceFilter): boolean {
  return [...filter].every(([field, values]) => values.some((value) => fields[field](service, value)));
}

function isField(name: string): name is Field {
  return Object.hasOwn(fields, name);
}

/** Equal, where `*` stands for anything. */
function like(text: string, pattern: string): boolean {
  const parts = pattern.split("*").map((part) => part.replaceAll(/[\\^$.*+?()[\]{}|]/g, String.raw`\$&`));
  return new RegExp(`^${parts.join(".*")}$`, "s").test(text);
}
