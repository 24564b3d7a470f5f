/** The server's program's options for these fields: `--ssh-config FILE` for `sshConfig`, `--no-check` for `check: false`. */
export function optionWords(
  fields: Readonly<Record<string, string | boolean | undefined>>,
): readonly string[] {
  return Object.entries(fields).flatMap(([field, value]) => {
    const option = field.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
    switch (typeof value) {
      case "string":
        return [`--${option}`, value];
      case "boolean":
        return [value ? `--${option}` : `--no-${option}`];
      case "undefined":
        return [];
      default:
        throw new TypeError(`${field} is no option`);
    }
  });
}
