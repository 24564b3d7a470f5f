/** The server's program's options for these fields: `--ssh-config FILE` for `sshConfig`, `--no-check` for `check: false`. */
export function optionWords(
  fields: Readonly<Record<string, string | boolean | undefined>>,
): readonly string[] {
  return Object.entries(fields).flatMap(([field, value]) => {
    const option = field.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
    if (value === undefined) return [];
    if (typeof value === "string") return [`--${option}`, value];
    return [value ? `--${option}` : `--no-${option}`];
  });
}
