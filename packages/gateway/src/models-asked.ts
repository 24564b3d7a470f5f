import type { IncomingHttpHeaders } from "node:http";
import { anthropicModel, anthropicModels } from "./ingress/anthropic/anthropic-models.ts";
import { foreignList } from "./ingress/foreign-list.ts";
import { callableModels, findModel } from "./model-list.ts";
import type { Operation } from "./operation.ts";
import type { NamedRoute, Principal } from "./ports.ts";

/** Models as the caller's own system lists or shows them. Throws `model_not_found`. */
export function modelsAsked(
  operation: Extract<Operation, { kind: "foreign_list" | "list_models" | "show_model" }>,
  headers: IncomingHttpHeaders,
  {
    routes,
    principal,
    body,
  }: {
    readonly routes: ReadonlyMap<string, NamedRoute>;
    readonly principal: Principal;
    /** Of those that ask by POST. */
    readonly body: Readonly<Record<string, unknown>> | undefined;
  },
): unknown {
  // these paths are both OpenAI's and Anthropic's; this header is what the latter's clients always send
  const isAnthropic = headers["anthropic-version"] !== undefined;
  switch (operation.kind) {
    case "foreign_list":
      return foreignList(operation.list, routes, principal, body);
    case "list_models": {
      const data = callableModels(routes, principal);
      return isAnthropic ? anthropicModels(data) : { object: "list", data };
    }
    case "show_model": {
      const model = findModel(routes, principal, operation.model);
      return isAnthropic ? anthropicModel(model) : model;
    }
  }
}
