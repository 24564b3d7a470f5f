import type { IncomingMessage } from "node:http";
import { BerthError, csrfHeader, type Scope, sessionCookie } from "@berth/api";
import { unbounded, type Principal } from "@berth/gateway";
import { isSameSecret } from "@berth/std/same-secret";

/** Keys, as far as the door needs them. */
export interface KeyCheck {
  verify(key: string): Principal | undefined;
}

/** Console sessions, as far as the door needs them. */
export interface LiveSession {
  readonly csrfToken: string;
  readonly expiresAt: number;
}

export interface SessionCheck {
  verify(sessionId: string): Promise<LiveSession | undefined>;
}

export interface Door {
  readonly keys: KeyCheck;
  readonly sessions: SessionCheck;
  /** BERTH_DEBUG on loopback: everybody is admin. */
  readonly open: boolean;
}

const allScopes = ["admin", "inference", "worker"] as const;
const ofConsole: Principal = { keyId: "console", scopes: allScopes, models: null, ...unbounded };
/** Under BERTH_DEBUG. */
export const everybody: Principal = {
  keyId: "debug",
  scopes: allScopes,
  models: null,
  ...unbounded,
};

/** The key a program sent, by either of the two headers clients use. */
export function sentKey(request: IncomingMessage): string | undefined {
  const authorization = request.headers.authorization;
  if (authorization !== undefined) return /^Bearer +(\S+) *$/i.exec(authorization)?.[1] ?? "";
  const header = request.headers["x-api-key"];
  return typeof header === "string" ? header : undefined;
}

export function sentSession(request: IncomingMessage): string | undefined {
  const cookies = request.headers.cookie;
  if (cookies === undefined) return undefined;
  return new RegExp(`(?:^|; *)${sessionCookie}=([A-Za-z0-9_-]+)`).exec(cookies)?.[1];
}

/**
 * The session whose cookie and token the request bears, both. Browsers send the cookie to every port of a host, also to
 * other users' servers; the token lies where only our own pages can read it.
 */
export async function findSession(
  request: IncomingMessage,
  sessions: SessionCheck,
): Promise<LiveSession | undefined> {
  const id = sentSession(request);
  const session = id === undefined ? undefined : await sessions.verify(id);
  if (session === undefined) return undefined;
  const sent = request.headers[csrfHeader];
  return typeof sent === "string" && isSameSecret(sent, session.csrfToken) ? session : undefined;
}

async function consolePrincipal(request: IncomingMessage, door: Door): Promise<Principal | undefined> {
  if ((await findSession(request, door.sessions)) !== undefined) return ofConsole;
  if (sentSession(request) === undefined) return undefined;
  throw new BerthError(
    "session_expired",
    `this session has ended, or its ${csrfHeader} is missing; \`berth open\` makes a new code`,
    {
      param: csrfHeader,
    },
  );
}

const lacks: Readonly<Record<Scope, string>> = {
  admin: "this key may not manage Berth; use one with the scope admin",
  inference: "this key may not call models; use one with the scope inference",
  worker: "this key may not work on jobs; use one with the scope worker",
};

/** Who calls the management API. Throws `invalid_api_key`, `session_expired` or `forbidden`. */
export async function authenticate(
  request: IncomingMessage,
  door: Door,
  access: Scope | "key",
): Promise<Principal> {
  if (door.open) return everybody;
  const key = sentKey(request);
  const principal = key === undefined ? await consolePrincipal(request, door) : door.keys.verify(key);
  if (principal === undefined) {
    throw new BerthError(
      "invalid_api_key",
      key === undefined
        ? "no key was sent; send `Authorization: Bearer KEY` (the admin key lies in admin.key in the home directory)"
        : "this key is unknown, expired or revoked; `berth key ls` lists the live ones",
      { param: "Authorization" },
    );
  }
  if (access === "key" || mayDo(principal, access)) return principal;
  throw new BerthError("forbidden", lacks[access], { param: "Authorization" });
}

/** Who may manage everything may work on it, too. */
function mayDo({ scopes }: Principal, scope: Scope): boolean {
  return scopes.includes(scope) || (scope === "worker" && scopes.includes("admin"));
}

/** The same, of those who may do everything. */
export function authenticateAdmin(request: IncomingMessage, door: Door): Promise<Principal> {
  return authenticate(request, door, "admin");
}

/** Who has called under that id earlier: a key, the console, or, without authentication, everybody. */
export function principalOf(
  keyId: string,
  keys: { holderOf(keyId: string): Principal | undefined },
  isOpen: boolean,
): Principal | undefined {
  if (isOpen) return everybody;
  return keyId === ofConsole.keyId ? ofConsole : keys.holderOf(keyId);
}

/** Who calls the inference API, when that is decided here; `undefined` leaves it to the gateway, which knows keys. */
export async function authenticateInference(
  request: IncomingMessage,
  door: Door,
): Promise<Principal | undefined> {
  if (door.open) return everybody;
  return sentKey(request) === undefined ? consolePrincipal(request, door) : undefined;
}
