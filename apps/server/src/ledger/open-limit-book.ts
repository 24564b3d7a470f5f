import { LimitBook, makeMemory } from "@berth/gateway";

/** Keys that may get limits while the server runs. */
const spareKeys = 4096;

/** A book with room for the limits of every key there is: however many they are, the server starts. */
export async function openLimitBook(store: {
  readonly listKeys: () => Promise<readonly unknown[]>;
}): Promise<LimitBook> {
  return new LimitBook(makeMemory((await store.listKeys()).length + spareKeys));
}
