import { styleText } from "node:util";

export interface Welcome {
  readonly url: string;
  readonly loginUrl: string;
  readonly codeMinutes: number;
  readonly keyFile: string | undefined;
  /** A model that answers, if there is one. */
  readonly model: string | undefined;
  /** BERTH_DEBUG took authentication away. */
  readonly open: boolean;
  readonly startMs: number;
}

/** What `start` prints once it listens: where the console is, and a curl line that works as it stands. */
export function welcomeText(welcome: Welcome): string {
  const bold = (text: string): string => styleText("bold", text, { stream: process.stdout });
  const dim = (text: string): string => styleText("dim", text, { stream: process.stdout });
  const lines = [
    "",
    `${bold("Berth")} is up at ${bold(welcome.url)} ${dim(`(${(welcome.startMs / 1000).toFixed(1)} s)`)}`,
    "",
  ];
  if (welcome.open) {
    lines.push(
      styleText(
        ["red", "bold"],
        "BERTH_DEBUG=1: authentication is off. Every program and user of this machine can do everything.",
        { stream: process.stdout },
      ),
      "",
    );
  }
  lines.push(
    `  Console   ${welcome.open ? welcome.url : welcome.loginUrl}`,
    ...(welcome.open
      ? []
      : [
          dim(
            `            (opens once, within ${welcome.codeMinutes} minutes; \`berth open\` makes another)`,
          ),
        ]),
    `  API       ${welcome.url}/v1`,
    ...(welcome.keyFile === undefined ? [] : [`  Key       ${welcome.keyFile}`]),
    "",
  );
  if (welcome.model !== undefined) {
    const key =
      welcome.open || welcome.keyFile === undefined
        ? ""
        : ` -H "Authorization: Bearer $(cat ${quote(welcome.keyFile)})"`;
    lines.push(
      "Ask it something:",
      "",
      `  curl -N ${welcome.url}/v1/chat/completions${key} \\`,
      `    -H "Content-Type: application/json" \\`,
      `    -d '{"model": "${welcome.model}", "stream": true, "messages": [{"role": "user", "content": "What is Berth?"}]}'`,
      "",
    );
  }
  return `${lines.join("\n")}\n`;
}

/** A path as one word of a shell. */
function quote(path: string): string {
  return /^[\w./~-]+$/.test(path) ? path : `'${path.replaceAll("'", String.raw`'\''`)}'`;
}
