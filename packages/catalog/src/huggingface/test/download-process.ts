import { systemClock } from "@berth/std/clock";
import { profileAt } from "./hub-fixture.ts";
import { createHub } from "../index.ts";

/** A process that a test can kill: `node download-process.ts ENDPOINT FOLDER REPO`. Prints a line of JSON as it goes. */
const [endpoint = "", folder = "", repo = ""] = process.argv.slice(2);
const never = new AbortController().signal;
const hub = createHub({ endpoint, token: () => undefined, offline: () => false, fetch, clock: systemClock });
const profile = profileAt(folder);
const plan = await hub.plan({ repo }, profile, never);
const onProgress = (progress: object): void => console.log(JSON.stringify(progress));
await hub.download(plan, { profile, onProgress }, never);
