import { promisify } from "node:util";
import { gunzip } from "node:zlib";
import { BerthError, type Model, modelSchema, type Profile } from "@berth/api";
import type { PlaceLine } from "@berth/api/place-protocol";
import { z } from "@berth/api/schema";
import type { Clock } from "@berth/std/clock";
import type { RegisteredModel } from "../directory/index.ts";
import type { RememberingModelSource, StagingModelSource } from "../model-source.ts";
import { demoAt, type DemoFile, readDemo } from "./demo.ts";
import type { Listing, ListingMemory } from "./listing-memory.ts";
import { order, type RunThere } from "./place-process.ts";
import { sendCommit } from "./send-commit.ts";

export interface RemoteModelSourceOptions {
  readonly runThere: RunThere;
  readonly memory: ListingMemory;
  readonly clock: Pick<Clock, "now">;
  /** What people registered for the profile: directories and files there. */
  readonly registered?: (profile: Profile) => Promise<readonly RegisteredModel[]>;
  /** The model we ship, listed in every profile until it is staged there; absent with `--no-demo`. */
  readonly demo?: DemoFile | undefined;
}

const unpack = promisify(gunzip);
/** A few bytes may unpack to more than this machine can hold. */
const maxListingBytes = 256 * 1024 * 1024;
const modelsSchema = z.array(modelSchema);

/**
 * Models on the disks of another machine. The runner there looks and deletes, by the same code that does it here; one
 * command lists everything, and sends nothing when nothing has changed.
 */
export function createRemoteModelSource(
  options: RemoteModelSourceOptions,
): RememberingModelSource & StagingModelSource {
  const { runThere, memory, demo } = options;

  const withDemo = async (models: readonly Model[], profile: Profile): Promise<readonly Model[]> => {
    if (demo === undefined) return models;
    const shipped = await demoAt(demo, profile);
    const isThere = models.some(({ repo, revision }) => repo === demo.name && revision === shipped.revision);
    return isThere ? models : [...models, shipped];
  };

  const list = async (profile: Profile, signal: AbortSignal): Promise<readonly Model[]> => {
    const listing = await askListing(options, profile, signal);
    await memory.write(profile, listing);
    return withDemo(listing.models, profile);
  };

  return {
    list,

    async remembered(profile) {
      const known = await memory.read(profile);
      return known && { seenAt: known.seenAt, models: await withDemo(known.models, profile) };
    },

    async inspect(path, name, profile, signal) {
      const given = { ...placeOf(profile), path, name: name ?? null };
      const line = await firstLine(
        order(runThere, profile, "models inspect", given, signal),
        "model",
        profile,
      );
      return lyingOn(profile, line.model);
    },

    async remove(model, profile, signal) {
      if (model.location === "demo") {
        throw new BerthError("read_only", `${model.repo} is part of Berth and not on ${profile.name} yet`);
      }
      for await (const line of order(
        runThere,
        profile,
        "models remove",
        { ...placeOf(profile), model },
        signal,
      )) {
        throw unforeseen(line, profile);
      }
    },

    async stage(model, profile, signal) {
      if (model.location !== "demo" || demo === undefined) return model;
      const { commit } = await readDemo(demo);
      await sendCommit(runThere, profile, commit, () => undefined, signal);
      const staged = (await list(profile, signal)).find(
        ({ repo, revision }) => repo === model.repo && revision === model.revision,
      );
      if (staged?.location === "home") return staged;
      throw new BerthError("upstream_failed", `${model.repo} was sent to ${profile.name} and is not there`);
    },
  };
}

const placeOf = ({ name, home, cache }: Profile) => ({ profile: name, home, cache });

async function askListing(
  { runThere, memory, clock, registered }: RemoteModelSourceOptions,
  profile: Profile,
  signal: AbortSignal,
): Promise<Listing> {
  const known = await memory.read(profile);
  const given = {
    ...placeOf(profile),
    known: known?.digest ?? null,
    registered: ((await registered?.(profile)) ?? []).map(({ path, name }) => ({ path, name })),
  };
  const { digest, models } = await firstLine(
    order(runThere, profile, "models list", given, signal),
    "listing",
    profile,
  );
  const seenAt = clock.now();
  if (models === null && known !== undefined) return { ...known, seenAt };
  const packed = Buffer.from(models ?? "", "base64");
  const text = await unpack(packed, { maxOutputLength: maxListingBytes }).catch((error: unknown) => {
    throw new BerthError("upstream_failed", `the listing of profile ${profile.name} cannot be unpacked`, {
      cause: error,
    });
  });
  const told = modelsSchema.parse(JSON.parse(text.toString("utf8")));
  return { digest, seenAt, models: told.map((model) => lyingOn(profile, model)) };
}

/** Whatever the place says: by its profile it is decided where a model is deleted. */
const lyingOn = (profile: Profile, model: Model): Model => ({ ...model, profile: profile.name });

/** The one line of the type that the answer has; the answer is heard to its end. */
async function firstLine<T extends PlaceLine["type"]>(
  lines: AsyncIterable<PlaceLine>,
  type: T,
  profile: Profile,
): Promise<Extract<PlaceLine, { type: T }>> {
  let found: Extract<PlaceLine, { type: T }> | undefined;
  for await (const line of lines) {
    if (line.type !== type) throw unforeseen(line, profile);
    found = line as Extract<PlaceLine, { type: T }>;
  }
  if (found !== undefined) return found;
  throw new BerthError("upstream_failed", `the runner on profile ${profile.name} gave no ${type}`);
}

const unforeseen = (line: PlaceLine, profile: Profile): BerthError =>
  new BerthError("upstream_failed", `the runner on profile ${profile.name} told of a ${line.type} unasked`);
