const eighths = [" ", "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"];
const light = "░";

/** A column of a plot: what stands at the bottom, and what is stacked on it. `undefined`: nothing is known. */
export interface Stack {
  readonly solid: number;
  readonly light: number;
}

/** Lines of a plot, the top one first; `most` fills all of them. What is above 0 is never empty. */
export function stepPlot(columns: readonly (Stack | undefined)[], most: number, rows: number): string[] {
  const parts = (value: number): number =>
    value <= 0 ? 0 : Math.max(1, Math.round((Math.min(value, most) / most) * rows * 8));
  const stacks = columns.map((stack) => ({
    solid: parts(stack?.solid ?? 0),
    all: parts((stack?.solid ?? 0) + (stack?.light ?? 0)),
  }));
  return Array.from({ length: rows }, (_, row) => {
    const below = (rows - 1 - row) * 8;
    return stacks
      .map(({ solid, all }) => {
        if (solid > below) return eighths[Math.min(8, solid - below)];
        return all > below ? light : " ";
      })
      .join("");
  });
}
