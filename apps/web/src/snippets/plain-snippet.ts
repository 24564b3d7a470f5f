import { pythonLiteral, scriptLiteral, shellWord, stringLiteral } from "./quote.ts";

export type SnippetLanguage = "curl" | "python" | "typescript";

/** A POST of JSON. */
export interface PlainCall {
  readonly url: string;
  readonly body: unknown;
}

/** A whole program (or command) that makes the call with nothing but the language itself. The key is read from BERTH_KEY. */
export function plainSnippet({ url, body }: PlainCall, language: SnippetLanguage): string {
  switch (language) {
    case "curl":
      return [
        `curl ${shellWord(url)} \\`,
        `  -H "Authorization: Bearer $BERTH_KEY" \\`,
        `  -H "Content-Type: application/json" \\`,
        `  -d ${shellWord(JSON.stringify(body, null, 2))}`,
      ].join("\n");
    case "python":
      return [
        `import json, os, urllib.request`,
        ``,
        `request = urllib.request.Request(`,
        `    ${stringLiteral(url)},`,
        `    data=json.dumps(${pythonLiteral(body, 4)}).encode(),`,
        `    headers={"Authorization": "Bearer " + os.environ["BERTH_KEY"], "Content-Type": "application/json"},`,
        `)`,
        `print(json.load(urllib.request.urlopen(request)))`,
      ].join("\n");
    case "typescript":
      return [
        `const reply = await fetch(${stringLiteral(url)}, {`,
        `  method: "POST",`,
        `  headers: { authorization: \`Bearer \${process.env.BERTH_KEY}\`, "content-type": "application/json" },`,
        `  body: JSON.stringify(${scriptLiteral(body, 2)}),`,
        `});`,
        `console.log(await reply.json());`,
      ].join("\n");
  }
}
