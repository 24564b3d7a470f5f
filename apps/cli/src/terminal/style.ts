/** How a terminal shows emphasis; the identity where it has no colours. */
export type Paint = (text: string) => string;

export interface Style {
  readonly bold: Paint;
  readonly dim: Paint;
  readonly red: Paint;
  readonly green: Paint;
  readonly yellow: Paint;
  readonly cyan: Paint;
}

const codes = {
  bold: [1, 22],
  dim: [2, 22],
  red: [31, 39],
  green: [32, 39],
  yellow: [33, 39],
  cyan: [36, 39],
} as const;

export function makeStyle(coloured: boolean): Style {
  const paint = ([on, off]: readonly [number, number]): Paint =>
    coloured ? (text) => (text === "" ? "" : `\u001b[${on}m${text}\u001b[${off}m`) : (text) => text;
  return {
    bold: paint(codes.bold),
    dim: paint(codes.dim),
    red: paint(codes.red),
    green: paint(codes.green),
    yellow: paint(codes.yellow),
    cyan: paint(codes.cyan),
  };
}

export interface ColourChoice {
  readonly isTty: boolean;
  /** `--no-color`. */
  readonly refused: boolean;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** Colours go to terminals, unless NO_COLOR, TERM=dumb or the user says no; FORCE_COLOR says yes. */
export function wantsColour({ isTty, refused, env }: ColourChoice): boolean {
  if (refused || (env["NO_COLOR"] ?? "") !== "") return false;
  const force = env["FORCE_COLOR"];
  if (force !== undefined) return force !== "0" && force !== "false";
  return isTty && env["TERM"] !== "dumb";
}
