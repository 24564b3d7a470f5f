import type { Logins } from "../services/logins.ts";
import type { Handlers } from "./handler.ts";

type LoginRoute = "startLogin" | "getLogin" | "answerLogin" | "cancelLogin";

export function loginHandlers(logins: Logins): Pick<Handlers, LoginRoute> {
  return {
    startLogin: ({ params }) => logins.start(params.name),
    getLogin: ({ params, query }, { signal }) => logins.get(params.name, query.after, signal),
    answerLogin: ({ params, body }) => logins.answer(params.name, body),
    cancelLogin: ({ params }) => logins.cancel(params.name),
  };
}
