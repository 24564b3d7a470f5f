import { Fields } from "../fields.ts";
import type { Ingress } from "../ingress.ts";
import { readParameters } from "./read-parameters.ts";
import { tgiError, validation } from "./tgi-error.ts";
import { TgiRenderer } from "./tgi-renderer.ts";

/** `/` answers a list of one, or a stream where that is asked for; `/generate` one object; `/generate_stream` streams. */
export type TgiPath = "/" | "/generate" | "/generate_stream";

/** Text Generation Inference's own API. A request names no model unless its caller adds `model`. */
export function tgiGenerate(path: TgiPath): Ingress {
  return {
    read(body) {
      const fields = new Fields(body, "");
      const model = fields.optionalText("model");
      const inputs = fields.text("inputs");
      if (inputs === "") throw validation("`inputs` cannot be empty", "inputs");
      const wantsStream = fields.optionalBoolean("stream") ?? false;
      const stream = path === "/generate_stream" || (path === "/" && wantsStream);
      const parameters = fields.optionalObject("parameters") ?? new Fields({}, "parameters");
      const { request, ...rest } = readParameters(parameters, stream);
      fields.done();
      const renderer = new TgiRenderer({
        prompt: rest.fullText ? inputs : "",
        isList: path === "/",
        ...rest,
      });
      const named = model === undefined ? {} : { model };
      return {
        operation: "completions",
        request: { ...named, prompt: inputs, ...request },
        model,
        stream,
        renderer,
      };
    },
    error: tgiError,
  };
}
