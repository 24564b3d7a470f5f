import { shellQuote } from "@berth/std/shell-quote";
import type { Json } from "./json.ts";
import { shownJson } from "./quote.ts";

export interface ReadmeFacts {
  readonly modelName: string;
  readonly handlerName: string;
  readonly descriptionName: string;
  /** The command that makes the model anew. */
  readonly again: string;
  readonly sample: Json;
  readonly serviceName: string;
}

/** How the handler is tried out, run and called. */
export function readme(facts: ReadmeFacts): string {
  const { modelName, handlerName, descriptionName, again, serviceName: name } = facts;
  const data = shellQuote(shownJson(facts.sample));
  const file = `"$PWD/${handlerName}" --there`;
  const withoutServer = `Without a server, with a page at http://localhost:8080/, loaded again when a file changes:

\`\`\`sh
berth worker dev ${handlerName}
curl -d ${data} http://localhost:8080/predict
\`\`\`

`;
  return `# ${name}

The work is done in \`${handlerName}\`, by \`handle\`. \`${modelName}\` is its input, made from \`${descriptionName}\`; when that has changed:

\`\`\`sh
${again}
\`\`\`

## Try it

${handlerName.endsWith(".ts") ? withoutServer : ""}As a service. \`--there\`: the file is taken where it lies, with the model beside it. For a cluster, copy this folder
to it and give its path there.

\`\`\`sh
berth run handler ${file} --name ${name} --port 8111 --wait
curl -H "Authorization: Bearer $(cat ~/.berth/admin.key)" -H 'Content-Type: application/json' -d ${data} http://localhost:8111/predict
\`\`\`

As an endpoint, which has as many replicas as its callers need, and jobs:

\`\`\`sh
berth endpoint create ${name} --handler ${file} --deploy
berth endpoint call ${name} --data ${data}
berth job submit ${name} --data ${data} --wait
\`\`\`
`;
}
