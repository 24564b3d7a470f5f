import { ProviderFailure } from "../provider-failure.ts";
import { type InputRoles, inputRoles } from "./fill-inputs.ts";
import type { GradioApp, GradioFunction } from "./gradio-app.ts";
import { answerAt } from "./output-text.ts";

/** A function that takes a text and gives one. */
export interface TextFunction {
  readonly called: GradioFunction;
  readonly roles: InputRoles;
  /** Of the output that holds the answer. */
  readonly answer: number;
}

/** The names that apps give it, a chat's first. */
const usualNames: readonly string[] = ["chat", "predict", "respond", "generate"];

/**
 * The function that answers: the one that is named, or the only one that can. Throws ProviderFailure `absent`, telling
 * what there is.
 */
export function chooseFunction({ functions }: GradioApp, apiName: string | undefined): TextFunction {
  const able = functions.flatMap((called): TextFunction[] => {
    const roles = inputRoles(called.inputs);
    const answer = answerAt(called.outputs);
    const isHeard = called.isQueued || !called.isGenerator;
    return roles === undefined || answer === undefined || !isHeard ? [] : [{ called, roles, answer }];
  });
  if (apiName !== undefined) {
    const wanted = apiName.replace(/^\//, "");
    const named = able.find(({ called }) => called.name === wanted);
    if (named !== undefined) return named;
    const isThere = functions.some(({ name }) => name === wanted);
    throw absent(
      isThere ? `its function /${wanted} does not take a text and give one` : `it has no function /${wanted}`,
      able,
    );
  }
  const open = able.filter(({ called }) => called.isPublic);
  for (const name of usualNames) {
    const usual = open.find(({ called }) => called.name === name);
    if (usual !== undefined) return usual;
  }
  const [only, ...others] = open;
  if (only !== undefined && others.length === 0) return only;
  throw absent(
    only === undefined
      ? "it has no function that takes a text and gives one"
      : "several of its functions could answer",
    able,
  );
}

function absent(what: string, able: readonly TextFunction[]): ProviderFailure {
  const names = able
    .flatMap(({ called: { name, isPublic } }) => (name !== undefined && isPublic ? [`/${name}`] : []))
    .slice(0, 20);
  const choice =
    names.length === 0 ? "" : `; set the provider's option \`apiName\` to one of ${names.join(", ")}`;
  return new ProviderFailure({ kind: "absent", message: `${what}${choice}` });
}
