import { readFile, realpath, stat } from "node:fs/promises";
import { BerthError } from "@berth/api";
import { replaceFile } from "@berth/std/whole-file";

/** What the file held at one moment. */
export interface ProfileText {
  readonly text: string;
  /** Changes when the file does. */
  readonly fingerprint: string;
}

const absent = "absent";
const maxTries = 10;

/** `profiles.cfg`, which people edit at the same time. */
export class ProfileFile {
  readonly path: string;
  #turn: Promise<unknown> = Promise.resolve();
  #last: ProfileText = { text: "", fingerprint: "" };

  constructor(path: string) {
    this.path = path;
  }

  /** As it is now; read again only when it has changed. Empty when there is none. Throws `read_only`. */
  async read(): Promise<ProfileText> {
    const fingerprint = await this.#fingerprint();
    if (fingerprint !== this.#last.fingerprint)
      this.#last = { text: fingerprint === absent ? "" : await this.#text(), fingerprint };
    return this.#last;
  }

  async exists(): Promise<boolean> {
    return (await this.#fingerprint()) !== absent;
  }

  /**
   * Replaces the text by what `change` makes of it, whole and 0600; a link stays a link. Edits wait for each other; when
   * somebody else wrote meanwhile, `change` is asked again with what they wrote. What it throws leaves all as it was.
   */
  edit(change: (text: string) => Promise<string>): Promise<void> {
    const turn = this.#turn.then(() => this.#edit(change));
    this.#turn = turn.catch(() => undefined);
    return turn;
  }

  async #edit(change: (text: string) => Promise<string>): Promise<void> {
    for (let tries = 0; tries < maxTries; tries += 1) {
      const { text, fingerprint } = await this.read();
      const next = await change(text);
      if (next === text) return;
      if ((await this.#fingerprint()) !== fingerprint) continue;
      try {
        await replaceFile(fingerprint === absent ? this.path : await realpath(this.path), next);
      } catch (error) {
        throw this.#refused("write", error);
      }
      return;
    }
    throw new BerthError("conflict", `${this.path} keeps changing: close what writes it, and try again`);
  }

  async #fingerprint(): Promise<string> {
    try {
      const { dev, ino, size, mtimeNs } = await stat(this.path, { bigint: true });
      return [dev, ino, size, mtimeNs].join(":");
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === "ENOENT") return absent;
      throw this.#refused("read", error);
    }
  }

  async #text(): Promise<string> {
    try {
      return await readFile(this.path, "utf8");
    } catch (error) {
      throw this.#refused("read", error);
    }
  }

  #refused(verb: "read" | "write", error: unknown): BerthError {
    return new BerthError("read_only", `cannot ${verb} ${this.path}: ${(error as Error).message}`, {
      cause: error,
    });
  }
}
