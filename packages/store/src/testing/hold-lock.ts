/** A process that takes a directory's lock and keeps it until it is killed: `node hold-lock.ts DIR`. */
import { isBerthError } from "@berth/api";
import { lockState } from "../sqlite/lock.ts";

try {
  const lock = await lockState({ dir: process.argv[2] ?? "" });
  await lock.setPort(8123);
  console.log("held");
  process.on("SIGTERM", () => void lock.release().then(() => process.exit(0)));
  setInterval(() => {}, 60_000);
} catch (error) {
  console.log(isBerthError(error) ? `${error.code}: ${error.message}` : String(error));
  process.exitCode = 3;
}
