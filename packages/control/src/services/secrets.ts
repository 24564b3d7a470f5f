import { createCipheriv, createDecipheriv, createHash, randomBytes } from "node:crypto";
import { readFile, stat } from "node:fs/promises";
import { BerthError } from "@berth/api";
import { parseKey } from "@berth/std/parse-key";
import { createFile } from "@berth/std/whole-file";

export interface SecretsOptions {
  /** `secret.key` in the home. */
  readonly path: string;
  /** The value of BERTH_SECRET_KEY. */
  readonly fromEnv: Buffer | undefined;
}

type KeyState =
  | { readonly kind: "key"; readonly key: Buffer }
  | { readonly kind: "none" }
  | { readonly kind: "unusable"; readonly error: BerthError };

const keyBytes = 32;
const nonceBytes = 12;
const tagBytes = 16;

/**
 * Keeps secrets of others, such as a provider's credential: what is stored is encrypted under a key that lies outside the
 * database. A key that is missing or wrong is told when it is needed, and only then.
 */
export class Secrets {
  readonly #path: string;
  #state: KeyState;

  private constructor(path: string, state: KeyState) {
    this.#path = path;
    this.#state = state;
  }

  /** Reads the key where there is one; makes none. Never rejects. */
  static async open({ path, fromEnv }: SecretsOptions): Promise<Secrets> {
    return new Secrets(path, fromEnv === undefined ? await readKey(path) : { kind: "key", key: fromEnv });
  }

  /** Encrypts for `owner` alone: under another's name it does not open. Makes the key at first need, in a 0600 file. */
  async seal(text: string, owner: string): Promise<string> {
    if (this.#state.kind === "none") {
      await createFile(this.#path, `${randomBytes(keyBytes).toString("base64")}\n`);
      this.#state = await readKey(this.#path);
    }
    const key = this.#key();
    const nonce = randomBytes(nonceBytes);
    const cipher = createCipheriv("aes-256-gcm", key, nonce).setAAD(Buffer.from(owner));
    const sealed = Buffer.concat([nonce, cipher.update(text, "utf8"), cipher.final(), cipher.getAuthTag()]);
    return `v1.${keyName(key)}.${sealed.toString("base64url")}`;
  }

  /** Throws `unprocessable`, naming the file and the way out, when the key is lost or another one. */
  unseal(sealed: string, owner: string): string {
    const key = this.#key();
    const [, name, text = ""] = sealed.split(".");
    if (name !== keyName(key)) throw this.#lost(`${this.#path} holds another key than it was stored under`);
    const bytes = Buffer.from(text, "base64url");
    try {
      const decipher = createDecipheriv("aes-256-gcm", key, bytes.subarray(0, nonceBytes), {
        authTagLength: tagBytes,
      })
        .setAAD(Buffer.from(owner))
        .setAuthTag(bytes.subarray(-tagBytes));
      return (
        decipher.update(bytes.subarray(nonceBytes, -tagBytes), undefined, "utf8") + decipher.final("utf8")
      );
    } catch (cause) {
      throw this.#lost("what the database holds of it is damaged", cause);
    }
  }

  #key(): Buffer {
    switch (this.#state.kind) {
      case "key":
        return this.#state.key;
      case "none":
        throw this.#lost(`${this.#path}, whose key it was stored under, is gone`);
      case "unusable":
        throw this.#state.error;
    }
  }

  #lost(why: string, cause?: unknown): BerthError {
    return new BerthError(
      "unprocessable",
      `the stored credential cannot be read: ${why}. Put the key back (that file, or BERTH_SECRET_KEY) and start the ` +
        "server again, or give the credential anew",
      { cause },
    );
  }
}

async function readKey(path: string): Promise<KeyState> {
  const unusable = (
    code: "forbidden" | "unprocessable" | "read_only",
    message: string,
    cause?: unknown,
  ): KeyState => ({
    kind: "unusable",
    error: new BerthError(code, message, { cause }),
  });
  try {
    const { mode } = await stat(path);
    if ((mode & 0o077) !== 0)
      return unusable(
        "forbidden",
        `${path} can be read by other users: run \`chmod 600 ${path}\` and start the server again; if they may have read ` +
          "it, remove it and give the providers' credentials anew",
      );
    const key = parseKey((await readFile(path, "utf8")).trim());
    if (key !== undefined) return { kind: "key", key };
    return unusable(
      "unprocessable",
      `${path} holds no key (32 bytes as base64 or hex): put it back, or remove it and give the providers' credentials anew`,
    );
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return { kind: "none" };
    return unusable("read_only", `cannot read ${path}: ${(error as Error).message}`, error);
  }
}

/** Tells keys apart, and nothing of the key itself. */
function keyName(key: Buffer): string {
  return createHash("sha256").update("berth secret key\n").update(key).digest("hex").slice(0, 8);
}
