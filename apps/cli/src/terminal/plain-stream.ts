// oxlint-disable-next-line no-control-regex
const colour = /^\u001b\[[0-9;:]*m/;
// oxlint-disable-next-line no-control-regex
const sequence =
  /^\u001b(?:\[[0-?]*[ -/]*[@-~]|[\]P^_X][^\u0007\u001b]*(?:\u0007|\u001b\\)|[ -/]*[0-Z\\`-~])/;
/** Of a sequence whose end has not come yet this much is waited for; more is no colour. */
const longestSequence = 4096;
// All but tab, line feed and carriage return, which programs draw their progress by.
// oxlint-disable-next-line no-control-regex
const controls = /[\u0000-\u0008\u000b\u000c\u000e-\u001a\u001c-\u001f\u007f-\u009f]/g;

/**
 * Other programs' output as a terminal may get it, part by part: colours stay, and whatever else could move the cursor,
 * rename the window or fill the clipboard goes.
 */
export class PlainStream {
  #held = "";

  /** What of it can be shown by now. */
  pass(text: string): string {
    let rest = this.#held + text;
    this.#held = "";
    let shown = "";
    for (;;) {
      const at = rest.indexOf("\u001b");
      if (at === -1) return shown + rest.replaceAll(controls, "");
      shown += rest.slice(0, at).replaceAll(controls, "");
      rest = rest.slice(at);
      const found = sequence.exec(rest)?.[0];
      if (found !== undefined) {
        if (colour.test(found)) shown += found;
        rest = rest.slice(found.length);
      } else if (mayGoOn(rest)) {
        this.#held = rest;
        return shown;
      } else rest = rest.slice(1);
    }
  }
}

/** Whether it can still become a sequence. */
function mayGoOn(begun: string): boolean {
  // oxlint-disable-next-line no-control-regex
  return (
    begun.length < longestSequence &&
    /^\u001b(?:\[[0-?]*[ -/]*|[\]P^_X][^\u0007\u001b]*\u001b?|[ -/]*)$/.test(begun)
  );
}
