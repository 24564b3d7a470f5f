import { openAiDialect, type Dialect } from "./dialect.ts";
import { ingressDialect } from "./ingress/ingress-dialect.ts";
import type { Operation } from "./operation.ts";

/** In whose words a caller is told what goes wrong. */
export function dialectOf(operation: Operation): Dialect {
  switch (operation.kind) {
    case "inference":
      return operation.foreign === undefined
        ? openAiDialect
        : ingressDialect(operation.foreign.ingress.error);
    case "foreign_list":
      return ingressDialect(operation.error);
    case "list_models":
    case "show_model":
    case "options":
    case "wrong_method":
    case "unknown":
      return openAiDialect;
  }
}
