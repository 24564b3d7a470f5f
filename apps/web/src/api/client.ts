import { createClient } from "@berth/client";
import { createStore } from "../state/store.ts";

/** The session's token, which everything that changes something must bear. Lives as long as the page. */
export const csrfToken = createStore<string | undefined>(undefined);

/** The one way to the server. */
export const client = createClient({ baseUrl: "", csrfToken: csrfToken.get });
