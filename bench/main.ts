/** `npm run bench [-- NAME...]`: every promised speed, beside what it is measured against, in one run. */
import { cpus, loadavg } from "node:os";
import { parseArgs } from "node:util";
import { decode } from "./decode.ts";
import { endpoints } from "./endpoints.ts";
import { firstToken } from "./first-token.ts";
import { gateway } from "./gateway/bench.ts";
import { gatewayFaults } from "./gateway/faults.ts";
import { holdGateway } from "./gateway/hold.ts";
import { ls } from "./ls.ts";
import { memory } from "./memory.ts";
import { queue } from "./queue/bench.ts";
import { reportText, type Report } from "./report.ts";
import { slurmMany } from "./slurm/many.ts";
import { slurmRenewals } from "./slurm/renewals.ts";
import { slurmStart } from "./slurm/start.ts";
import { slurmTunnel } from "./slurm/tunnel.ts";
import { secondStart } from "./second-start.ts";
import { summarize } from "./summarize.ts";

const { values: options, positionals: asked } = parseArgs({
  allowPositionals: true,
  options: {
    /** Instead of what `gateway` measures: load for so long, and how memory grows. */
    minutes: { type: "string" },
    hour: { type: "boolean" },
    /** Where `gateway` draws its figures. */
    picture: { type: "string" },
  },
});
const minutes =
  options.hour === true ? 60 : options.minutes === undefined ? undefined : Number(options.minutes);

const benches: Readonly<Record<string, () => Promise<Report>>> = {
  decode,
  "first-token": firstToken,
  ls,
  "second-start": secondStart,
  memory,
  gateway: () => (minutes === undefined ? gateway({ picture: options.picture }) : holdGateway(minutes)),
  "gateway-faults": gatewayFaults,
  endpoints,
  summarize,
  queue,
  "slurm-tunnel": slurmTunnel,
  "slurm-start": slurmStart,
  "slurm-many": slurmMany,
  "slurm-renewals": slurmRenewals,
};

const unknown = asked.find((name) => !Object.hasOwn(benches, name));
if (unknown !== undefined) {
  console.error(`there is no bench ${unknown}; there are: ${Object.keys(benches).join(", ")}`);
  process.exit(2);
}

console.log(`Node ${process.versions.node}, ${cpus().length} processor cores`);
for (const [name, run] of Object.entries(benches)) {
  if (asked.length > 0 && !asked.includes(name)) continue;
  const before = load();
  try {
    console.log(`\n${reportText(await run())}  load of the machine: ${before} before, ${load()} after`);
  } catch (error) {
    // the others can still be measured
    console.error(`\n${name} could not run:`, error);
    process.exitCode = 1;
  }
}

function load(): string {
  return (loadavg()[0] ?? Number.NaN).toFixed(1);
}
