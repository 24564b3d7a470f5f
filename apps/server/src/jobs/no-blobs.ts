import { BerthError } from "@berth/api";
import type { Blobs } from "@berth/jobs";

const nowhere = (): BerthError =>
  new BerthError(
    "payload_too_large",
    "there is no place for results this large: store it elsewhere, and answer with its address",
  );

/** There is no place for what is too large for the queue's file. */
export const noBlobs: Blobs = {
  write: () => Promise.reject(nowhere()),
  read: () => {
    throw nowhere();
  },
  forget: async () => undefined,
};
