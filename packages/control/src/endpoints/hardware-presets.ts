import { BerthError, type HardwarePreset, type HardwareSize } from "@berth/api";
import type { HardwarePresetRow, HardwarePresetStore } from "@berth/store";
import type { Changes } from "../services/changes.ts";
import { allPresets } from "./replica-spec.ts";

export interface HardwarePresetsOptions {
  readonly store: HardwarePresetStore;
  readonly changes: Changes;
}

/** Sizes under names, for all profiles or for one. */
export class HardwarePresets {
  readonly #options: HardwarePresetsOptions;
  #own: readonly HardwarePresetRow[] = [];

  private constructor(options: HardwarePresetsOptions) {
    this.#options = options;
  }

  static async load(options: HardwarePresetsOptions): Promise<HardwarePresets> {
    const presets = new HardwarePresets(options);
    presets.#own = await options.store.listHardwarePresets();
    return presets;
  }

  list(): readonly HardwarePreset[] {
    return allPresets(this.#own);
  }

  async put(name: string, profile: string | null, size: HardwareSize): Promise<HardwarePreset> {
    const row: HardwarePresetRow = { ...size, name, profile };
    await this.#options.store.putHardwarePreset(row);
    await this.#changed();
    return { ...row, isBuiltIn: false };
  }

  /** A built-in one comes back as it was. Throws `not_found` for what nobody has set. */
  async delete(name: string, profile: string | null): Promise<void> {
    if (!(await this.#options.store.deleteHardwarePreset(name, profile))) {
      const where = profile === null ? "" : ` of profile ${profile}`;
      throw new BerthError("not_found", `nobody has set a preset ${name}${where}`, { param: "name" });
    }
    await this.#changed();
  }

  /** A profile has another name now; what its new name had before gives way. */
  async renameProfile(from: string, to: string): Promise<void> {
    const own = this.#own.filter(({ profile }) => profile === from);
    for (const row of own) {
      await this.#options.store.putHardwarePreset({ ...row, profile: to });
      await this.#options.store.deleteHardwarePreset(row.name, from);
    }
    if (own.length > 0) await this.#changed();
  }

  async #changed(): Promise<void> {
    this.#own = await this.#options.store.listHardwarePresets();
    this.#options.changes.publish({ type: "hardware-presets" });
  }
}
