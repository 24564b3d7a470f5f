import type { PlaceCommand, PlaceOrder } from "@berth/api/place-protocol";
import { createModelSource } from "@berth/catalog/directory";
import { assertFits, assertGrantable, createHub, receiveCommit } from "@berth/catalog/huggingface";
import type { DownloadProgress, Hub } from "@berth/catalog";
import { systemClock } from "@berth/std/clock";
import { type Command, command } from "./command.ts";
import { listingLine } from "./listing.ts";
import { expandHome, profileAt } from "./place-profile.ts";

type ModelCommand = Exclude<PlaceCommand, `images ${string}`>;

/** Each command does its work by the catalog's own code, as a local profile would. */
export const modelCommands: { readonly [C in ModelCommand]: Command } = {
  "models list": command("models list", async ({ known, registered, ...place }, { tell, signal }) => {
    const source = createModelSource({ registered: async () => registered });
    tell(await listingLine(await source.list(profileAt(place), signal), known));
  }),
  "models inspect": command("models inspect", async ({ path, name, ...place }, { tell, signal }) => {
    const profile = profileAt(place);
    const model = await createModelSource().inspect(expandHome(path), name ?? undefined, profile, signal);
    tell({ type: "model", model });
  }),
  "models remove": command("models remove", ({ model, ...place }, { signal }) =>
    createModelSource().remove(model, profileAt(place), signal),
  ),
  "models plan": command("models plan", async ({ request, ...order }, { tell, signal }) => {
    const profile = profileAt(order);
    const plan = await hubOf(order).plan(
      { ...withoutUndefined(request), token: order.token ?? undefined },
      profile,
      signal,
    );
    await assertGrantable(profile.home, plan.bytesTotal - plan.bytesDone);
    const { commit, revision, files, bytesDone, bytesTotal } = plan;
    tell({ type: "plan", commit, revision, files: [...files], bytesDone, bytesTotal });
  }),
  "models download": command("models download", async (order, { tell, signal }) => {
    const onProgress = (progress: DownloadProgress): void => tell({ type: "progress", ...progress });
    const target = { profile: profileAt(order), token: order.token ?? undefined, onProgress };
    await hubOf(order).download(order, target, signal);
  }),
  "models room": command("models room", async ({ repo, bytes, ...place }) => {
    const { home } = profileAt(place);
    await assertFits(home, repo, bytes);
    await assertGrantable(home, bytes);
  }),
  "models receive": command("models receive", async (order, { tell, rest, signal }) => {
    const sender = {
      bytes: rest,
      onWants: (files: readonly { readonly etag: string; readonly offset: number }[]): void =>
        tell({ type: "wants", files: [...files] }),
      onProgress: (progress: DownloadProgress): void => tell({ type: "progress", ...progress }),
    };
    await receiveCommit(profileAt(order).home, order, sender, { clock: systemClock, signal });
  }),
};

function hubOf(order: { readonly endpoint: string; readonly attempts: number }): Hub {
  return createHub({
    endpoint: order.endpoint,
    // whoever asks says as whom
    token: () => undefined,
    offline: () => false,
    fetch,
    clock: systemClock,
    attempts: order.attempts,
  });
}

type Request = PlaceOrder<"models plan">["request"];

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
