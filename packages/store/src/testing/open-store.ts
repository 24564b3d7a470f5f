/** A process that opens the store and says what came of it: `node open-store.ts DB`. */
import { isBerthError } from "@berth/api";
import { openSqliteStore } from "../sqlite/open.ts";

try {
  const store = await openSqliteStore({ path: process.argv[2] ?? "" });
  await store.maintenance.close();
  console.log("opened");
} catch (error) {
  console.log(isBerthError(error) ? `${error.code}: ${error.message}` : String(error));
}
