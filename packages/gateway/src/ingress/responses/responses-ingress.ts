import { Fields } from "../fields.ts";
import type { Ingress } from "../ingress.ts";
import { readResponse } from "./read-response.ts";
import { ResponseRenderer } from "./render-response.ts";

/** OpenAI's `POST /v1/responses`, as far as it needs no memory here: every request brings its conversation. */
export const openAiResponses: Ingress = {
  read(body, { newId, clock }) {
    const fields = new Fields(body, "");
    const model = fields.optionalText("model");
    const stream = fields.optionalBoolean("stream") ?? false;
    const { request, told } = readResponse(fields);
    const renderer = new ResponseRenderer({ model, told, newId, clock });
    return { operation: "chat", request: { model, ...request }, model, stream, renderer };
  },
  error: (error) => ({ status: error.status, body: error.toBody() }),
};
