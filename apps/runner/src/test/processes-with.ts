import { execFile } from "node:child_process";
import { promisify } from "node:util";

/** The command lines of living processes that name the text. */
export async function processesWith(text: string): Promise<readonly string[]> {
  const { stdout } = await promisify(execFile)("ps", ["-eo", "stat=,args="]);
  return stdout.split("\n").filter((line) => line.includes(text) && !line.startsWith("Z"));
}
