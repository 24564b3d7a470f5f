import { homedir } from "node:os";
import { join } from "node:path";
import { BerthError, type Profile } from "@berth/api";
import { placeOrders, type PlaceCommand, type PlaceLine, type PlaceOrder } from "@berth/api/place-protocol";
import { z } from "@berth/api/schema";
import { createModelSource } from "@berth/catalog/directory";
import { assertFits, assertGrantable, createHub, receiveCommit } from "@berth/catalog/huggingface";
import type { DownloadProgress, Hub } from "@berth/catalog";
import { systemClock } from "@berth/std/clock";
import { listingLine } from "./listing.ts";

export interface PlaceContext {
  readonly tell: (line: PlaceLine) => void;
  /** What follows the order on standard input. */
  readonly rest: AsyncIterable<Uint8Array>;
  readonly signal: AbortSignal;
}

type Command = (order: unknown, context: PlaceContext) => Promise<void>;

/** Each command does its work by the catalog's own code, as a local profile would. */
const commands: { readonly [C in PlaceCommand]: Command } = {
  list: command("list", async ({ known, registered, ...place }, { tell, signal }) => {
    const source = createModelSource({ registered: async () => registered });
    tell(await listingLine(await source.list(profileAt(place), signal), known));
  }),
  inspect: command("inspect", async ({ path, name, ...place }, { tell, signal }) => {
    const profile = profileAt(place);
    const model = await createModelSource().inspect(expandHome(path), name ?? undefined, profile, signal);
    tell({ type: "model", model });
  }),
  remove: command("remove", ({ model, ...place }, { signal }) =>
    createModelSource().remove(model, profileAt(place), signal),
  ),
  plan: command("plan", async ({ request, ...order }, { tell, signal }) => {
    const profile = profileAt(order);
    const plan = await hubOf(order).plan(withoutUndefined(request), profile, signal);
    await assertGrantable(profile.home, plan.bytesTotal - plan.bytesDone);
    const { commit, revision, files, bytesDone, bytesTotal } = plan;
    tell({ type: "plan", commit, revision, files: [...files], bytesDone, bytesTotal });
  }),
  download: command("download", async (order, { tell, signal }) => {
    const onProgress = (progress: DownloadProgress): void => tell({ type: "progress", ...progress });
    await hubOf(order).download(order, { profile: profileAt(order), onProgress }, signal);
  }),
  room: command("room", async ({ repo, bytes, ...place }) => {
    const { home } = profileAt(place);
    await assertFits(home, repo, bytes);
    await assertGrantable(home, bytes);
  }),
  receive: command("receive", async (order, { tell, rest, signal }) => {
    const sender = {
      bytes: rest,
      onWants: (files: readonly { readonly etag: string; readonly offset: number }[]): void =>
        tell({ type: "wants", files: [...files] }),
      onProgress: (progress: DownloadProgress): void => tell({ type: "progress", ...progress }),
    };
    await receiveCommit(profileAt(order).home, order, sender, { clock: systemClock, signal });
  }),
};

/** Runs the command to its end. Throws BerthErrors that are the answer, and `invalid_request` for an order that is none. */
export async function runPlaceCommand(name: string, order: unknown, context: PlaceContext): Promise<void> {
  if (!Object.hasOwn(commands, name)) {
    throw new BerthError("invalid_request", `there is no command "models ${name}"`);
  }
  await commands[name as PlaceCommand](order, context);
}

function command<C extends PlaceCommand>(
  name: C,
  work: (order: PlaceOrder<C>, context: PlaceContext) => Promise<void>,
): Command {
  return async (given, context) => {
    const order = placeOrders[name].safeParse(given);
    if (!order.success) {
      throw new BerthError(
        "invalid_request",
        `an order that "models ${name}" does not know: ${z.prettifyError(order.error)}`,
      );
    }
    await work(order.data as PlaceOrder<C>, context);
  };
}

/** What the catalog's code asks of a profile: its name and directories. */
function profileAt(place: {
  readonly profile?: string;
  readonly home: string;
  readonly cache: string;
}): Profile {
  const name = place.profile ?? "here";
  return {
    id: name,
    name,
    default: false,
    status: "ready",
    statusReason: null,
    schema: "local",
    home: expandHome(place.home),
    cache: expandHome(place.cache),
    slurm: null,
    connection: null,
  };
}

const expandHome = (path: string): string =>
  path === "~" || path.startsWith("~/") ? join(homedir(), path.slice(1)) : path;

function hubOf(order: {
  readonly endpoint: string;
  readonly token: string | null;
  readonly attempts: number;
}): Hub {
  return createHub({
    endpoint: order.endpoint,
    token: () => order.token ?? undefined,
    offline: () => false,
    fetch,
    clock: systemClock,
    attempts: order.attempts,
  });
}

type Request = PlaceOrder<"plan">["request"];

function withoutUndefined({
  repo,
  revision,
  variant,
  include,
  exclude,
}: Request): Parameters<Hub["plan"]>[0] {
  return {
    repo,
    ...(revision === undefined ? {} : { revision }),
    ...(variant === undefined ? {} : { variant }),
    ...(include === undefined ? {} : { include }),
    ...(exclude === undefined ? {} : { exclude }),
  };
}
