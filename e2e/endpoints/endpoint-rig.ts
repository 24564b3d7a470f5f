import { join } from "node:path";
import type { Deployment, Endpoint, EndpointEvent } from "@berth/api";
import type { Berth } from "../berth-process.ts";
import { until } from "../until.ts";

/** What the echo server tells of a request. */
export interface Echo {
  readonly version: string;
  readonly pid: number;
  readonly number: number;
  readonly path: string;
  readonly asked: Readonly<Record<string, unknown>>;
  readonly token: string | null;
  readonly cert: string | null;
}

/** A template whose replicas are ready after `startMs`. */
export function echoTemplate(version = "1", startMs = 0): object {
  const argv = [
    process.execPath,
    join(import.meta.dirname, "echo-server.mjs"),
    "{port}",
    version,
    String(startMs),
  ];
  return { command: { argv, healthPath: "/health" } };
}

/** Endpoints of a server, as a person orders them. */
export class EndpointRig {
  readonly #berth: Berth;

  constructor(berth: Berth) {
    this.#berth = berth;
  }

  async call<T>(method: string, path: string, body?: unknown, key?: string): Promise<T> {
    const response = await this.#berth.fetch(path, {
      method,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      ...(key === undefined ? {} : { headers: { authorization: `Bearer ${key}` } }),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
    return (text === "" ? undefined : JSON.parse(text)) as T;
  }

  /** Created, deployed, and there. */
  async deployed(name: string, given: object, wakeup = true): Promise<Endpoint> {
    await this.call("POST", "/api/v1/endpoints", { name, visibility: "public", ...given });
    await this.deploy(name, wakeup);
    return this.get(name);
  }

  /** Resolves when the deployment is concluded. */
  async deploy(name: string, wakeup = true): Promise<Deployment> {
    const { number } = await this.call<Deployment>("POST", `/api/v1/endpoints/${name}/deploy`, { wakeup });
    return this.concluded(name, number);
  }

  concluded(name: string, number: number): Promise<Deployment> {
    return until(`deployment ${number} of ${name} to be concluded`, async () => {
      const { data } = await this.call<{ data: Deployment[] }>(
        "GET",
        `/api/v1/endpoints/${name}/deployments`,
      );
      return data.find((one) => one.number === number && one.status !== "DEPLOYING");
    });
  }

  get(name: string): Promise<Endpoint> {
    return this.call("GET", `/api/v1/endpoints/${name}`);
  }

  async events(name: string): Promise<readonly EndpointEvent[]> {
    return (await this.call<{ data: EndpointEvent[] }>("GET", `/api/v1/endpoints/${name}/events`)).data;
  }

  /** Resolves with the endpoint once it is so. */
  when(
    name: string,
    what: string,
    is: (endpoint: Endpoint) => boolean,
    deadlineMs?: number,
  ): Promise<Endpoint> {
    return until(
      `${name} to be ${what}`,
      async () => {
        const endpoint = await this.get(name);
        return is(endpoint) ? endpoint : undefined;
      },
      deadlineMs,
    );
  }

  predict(
    fullName: string,
    body: object = {},
    init: { headers?: Record<string, string> } = {},
  ): Promise<Response> {
    return this.#berth.fetch(`/e/${fullName}/predict`, {
      method: "POST",
      body: JSON.stringify(body),
      ...init,
    });
  }

  async echo(fullName: string, body: object = {}): Promise<Echo> {
    const response = await this.predict(fullName, body);
    if (!response.ok) throw new Error(`${response.status} ${await response.text()}`);
    return (await response.json()) as Echo;
  }
}
