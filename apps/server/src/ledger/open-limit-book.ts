import { LimitBook, makeBookMemory } from "@berth/gateway";

/** Keys that may get limits while the server runs. */
const spareKeys = 4096;

/**
 * A book for so many threads with room for the limits of every key there is: however many they are, the server starts.
 */
export async function openLimitBook(
  store: { readonly listKeys: () => Promise<readonly unknown[]> },
  threads: number,
): Promise<LimitBook> {
  return new LimitBook(makeBookMemory(threads, (await store.listKeys()).length + spareKeys));
}
