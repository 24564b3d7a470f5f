import type { HandlerType } from "../choices.ts";

const kinds: Readonly<
  Record<HandlerType, { readonly start: string; readonly work: string; readonly call: string }>
> = {
  sync: { start: "function ", work: "return", call: "return" },
  async: { start: "async function ", work: "return", call: "return" },
  generator: { start: "function* ", work: "yield", call: "yield*" },
  "async-generator": { start: "async function* ", work: "yield", call: "yield*" },
};

/** `handler.ts`: reads the input into the model and calls `handle`, which is the user's to write. */
export function typescriptHandler(main: string, handlerType: HandlerType): string {
  const { start, work, call } = kinds[handlerType];
  const gives =
    work === "return" ? "What it returns is the answer" : "Each value that it yields is a part of the answer";
  return `import type { HandlerContext, HandlerRequest } from "@berth/worker";
import { read${main}, type ${main} } from "./model.ts";

/** Your work goes here. ${gives}; progress(done, total) tells how far it is. */
${start}handle(input: ${main}, { progress, signal }: HandlerContext) {
  ${work} { received: input };
}

export ${start}handler({ input }: HandlerRequest, context: HandlerContext) {
  ${call} handle(read${main}(input), context);
}
`;
}
