/** Builds what starts fast or ships: server, runner and CLI by tsdown, the console by vite. All at once. */
import { spawn } from "node:child_process";
import { join } from "node:path";

const top = join(import.meta.dirname, "..");
const steps = [
  { name: "bundles", program: "tsdown", args: ["--config", "tsdown.config.ts"], cwd: top },
  { name: "console", program: "vite", args: ["build", "--logLevel", "warn"], cwd: join(top, "apps/web") },
];

function build(step: (typeof steps)[number]): Promise<string | undefined> {
  return new Promise((resolve) => {
    const bin = [
      join(top, "node_modules/.bin"),
      join(step.cwd, "node_modules/.bin"),
      process.env["PATH"],
    ].join(":");
    const child = spawn(step.program, step.args, {
      cwd: step.cwd,
      env: { ...process.env, PATH: bin },
      stdio: ["ignore", "pipe", "pipe"],
    });
    let output = "";
    child.stdout.on("data", (chunk: Buffer) => (output += chunk.toString()));
    child.stderr.on("data", (chunk: Buffer) => (output += chunk.toString()));
    child.on("error", (error) => resolve(`${step.name}: ${error.message}`));
    child.on("exit", (code) => resolve(code === 0 ? undefined : `${step.name} failed:\n${output}`));
  });
}

const failures = (await Promise.all(steps.map(build))).filter((failure) => failure !== undefined);
for (const failure of failures) console.error(failure);
process.exitCode = failures.length === 0 ? 0 : 1;
