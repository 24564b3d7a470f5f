import { BerthError } from "@berth/api";
import { callableModels, findModel, type CallableModel } from "../model-list.ts";
import type { NamedRoute, Principal } from "../ports.ts";
import { Fields } from "./fields.ts";
import type { ForeignList } from "./foreign-paths.ts";
import { ollamaRunning, ollamaShow, ollamaTags, ollamaVersion } from "./ollama/ollama-models.ts";
import { tgiInfo } from "./tgi/tgi-info.ts";

/** What another system tells of the models that the caller may use. Throws `model_not_found`, `model_required`. */
export function foreignList(
  list: ForeignList,
  routes: ReadonlyMap<string, NamedRoute>,
  principal: Principal,
  body: Readonly<Record<string, unknown>> | undefined,
): object {
  switch (list) {
    case "ollama.tags":
      return ollamaTags(callableModels(routes, principal));
    case "ollama.ps":
      return ollamaRunning(callableModels(routes, principal));
    case "ollama.version":
      return ollamaVersion;
    case "ollama.show": {
      const fields = new Fields(body, "");
      const name = fields.optionalText("model") ?? fields.optionalText("name") ?? fields.text("model");
      return ollamaShow(findModel(routes, principal, name));
    }
    case "tgi.info":
      return tgiInfo(onlyModel(callableModels(routes, principal)));
  }
}

/** TGI serves one model, and so nobody names it. */
function onlyModel(models: readonly CallableModel[]): CallableModel {
  const [first, ...others] = models;
  if (first !== undefined && others.every(({ root }) => root === first.root)) return first;
  throw new BerthError(
    "model_required",
    "there is not one model here but several; ask at the port of the one that is meant",
    {
      param: "model",
    },
  );
}
