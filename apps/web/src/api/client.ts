import { createClient } from "@berth/client";

const storageKey = "berth.session";

/**
 * The session's token, which every request must bear beside the cookie. It is told once, at the log-in, and kept in this
 * origin's own storage: browsers send cookies to every port of a host, but show this to ours alone.
 */
export const csrfToken = {
  get: (): string | undefined => localStorage.getItem(storageKey) ?? undefined,
  set: (token: string | undefined): void => {
    if (token === undefined) localStorage.removeItem(storageKey);
    else localStorage.setItem(storageKey, token);
  },
};

/** The one way to the server. */
export const client = createClient({ baseUrl: "", csrfToken: csrfToken.get });
