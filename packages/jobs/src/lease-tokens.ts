import { createHmac } from "node:crypto";
import { BerthError } from "@berth/api";
import { isSameSecret } from "@berth/std/same-secret";
import type { Lease } from "@berth/store";

/** Leases as workers have them: nobody makes one of a job that was not given to them. */
export class LeaseTokens {
  readonly #secret: string;

  /** `secret`: the same after a restart, or workers lose what they have. */
  constructor(secret: string) {
    this.#secret = secret;
  }

  /** `JOB.ATTEMPT.MAC` */
  tokenOf({ jobId, attempt }: Lease): string {
    const said = `${jobId}.${attempt}`;
    return `${said}.${this.#mac(said)}`;
  }

  /** Throws `forbidden` for what was never handed out. */
  read(token: string): Lease {
    const [, said = "", jobId = "", attempt = "", mac = ""] =
      /^(([\w-]+)\.(\d{1,9}))\.([\w-]+)$/.exec(token) ?? [];
    if (!isSameSecret(mac, this.#mac(said)))
      throw new BerthError("forbidden", "that lease was not given by this server", { param: "lease" });
    return { jobId, attempt: Number(attempt) };
  }

  #mac(said: string): string {
    return createHmac("sha256", this.#secret).update(said).digest("base64url").slice(0, 32);
  }
}
