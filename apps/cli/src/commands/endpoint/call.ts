import { Option, type Command } from "commander";
import type { PathCall } from "@berth/client";
import type { Cli } from "../../cli.ts";
import { endpointPath } from "../../endpoints/endpoint-path.ts";
import { refusedAnswer } from "../../endpoints/refused-answer.ts";
import { addExamples } from "../../help.ts";
import { untilInterrupted } from "../../interrupt.ts";
import { printAnswer } from "../../print-answer.ts";
import { dataFlag, parseJson, readData } from "../../read-data.ts";
import { StatusLine } from "../../terminal/status-line.ts";

const methods = ["GET", "POST", "PUT", "PATCH", "DELETE"] as const satisfies readonly PathCall["method"][];
const json = "application/json";

interface Options {
  readonly path: string;
  readonly data?: string;
  readonly contentType: string;
  readonly method: PathCall["method"];
  readonly stream?: boolean;
  readonly coldStart?: string;
  readonly output?: string;
}

export function define(command: Command, cli: Cli): void {
  command
    .argument("<endpoint>", "name, OWNER/NAME or id; keys that only call models need OWNER/NAME")
    .option("--path <path>", "which of the endpoint's paths", "/predict")
    .option(dataFlag, "what is sent: JSON, a file, or standard input")
    .option("--content-type <type>", "what is sent is something else than JSON", json)
    .addOption(new Option("-X, --method <method>", "how").choices(methods).default("POST"))
    .option("--stream", "ask for a stream of events, and print each one's data")
    .addOption(
      new Option(
        "--cold-start <what>",
        "while no replica is ready: wait (hold), be refused (fail), or be answered by another (fallback)",
      ).choices(["hold", "fail", "fallback"]),
    )
    .option("--output <file>", "where the answer goes; - is standard output, whatever it is")
    .action(async (reference: string, options: Options) => {
      const { method, stream, output, coldStart, data, contentType } = options;
      const sent = data === undefined ? undefined : await readData(cli, data);
      if (sent !== undefined && contentType === json) parseJson(sent);
      const path = await endpointPath(cli, reference, options.path);
      const line = new StatusLine(cli.io.stderr);
      await untilInterrupted("interrupted", async (signal) => {
        const reply = await cli.client().callPath({
          method,
          path,
          headers: {
            ...(stream === true ? { accept: "text/event-stream" } : {}),
            ...(coldStart === undefined ? {} : { "x-berth-cold-start": coldStart }),
          },
          ...(sent === undefined ? {} : { body: { contentType, bytes: sent } }),
          signal,
        });
        if (reply.status >= 400) throw await refusedAnswer(cli, reply);
        await printAnswer(
          cli,
          { contentType: reply.contentType, pieces: reply.pieces() },
          {
            output,
            ...(stream === true ? { onComment: (text: string) => line.show(text.trim()) } : {}),
          },
        );
      }).finally(() => line.clear());
    });
  addExamples(command, {
    'berth endpoint call me/labels --data \'{"inputs": "What a day!"}\'': "its own /predict",
    "berth endpoint call chat --path /v1/chat/completions --data @request.json --stream": "any path of it",
    "berth endpoint call me/ears --data @talk.wav --content-type audio/wav": "something else than JSON",
    "berth endpoint call chat --cold-start fail --data '{}'": "do not wait for a replica",
  });
}
