import { readFile } from "node:fs/promises";
import { type HubDoubleOptions, startHubDouble } from "./hub-double.ts";

/**
 * The hub double as a process of its own: `node hub-double-main.ts OPTIONS.json`, where the file holds HubDoubleOptions.
 * Prints `{"endpoint": ...}` when it listens; each further line on its standard input is a JSON list of faults, answered
 * by `{"bytesSent": ...}`. Ends when its standard input does.
 */
const options = JSON.parse(await readFile(process.argv[2] ?? "", "utf8")) as HubDoubleOptions;
const hub = await startHubDouble(options);
console.log(JSON.stringify({ endpoint: hub.endpoint }));
process.stdin.setEncoding("utf8");
let line = "";
for await (const chunk of process.stdin) {
  line += String(chunk);
  for (let end = line.indexOf("\n"); end !== -1; end = line.indexOf("\n")) {
    hub.setFaults(JSON.parse(line.slice(0, end)) as HubDoubleOptions["faults"] & object);
    line = line.slice(end + 1);
    console.log(JSON.stringify({ bytesSent: hub.bytesSent }));
  }
}
await hub.close();
