/** Where the line of a sparkline goes in a box of this size; a value that is missing interrupts it. */
export function sparklinePath(
  values: readonly (number | null)[],
  { width, height }: { readonly width: number; readonly height: number },
): string {
  const highest = Math.max(1, ...values.map((value) => value ?? 0));
  const step = values.length > 1 ? width / (values.length - 1) : 0;
  let isDown = false;
  const moves = values.map((value, index) => {
    if (value === null) {
      isDown = false;
      return "";
    }
    const move = `${isDown ? "L" : "M"}${round(index * step)} ${round(height - (value / highest) * height)}`;
    isDown = true;
    return move;
  });
  return moves.filter((move) => move !== "").join("");
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
