/** How far a model has been loaded, when the reason tells it: "loading 62 %" is 0.62. */
export function loadingFraction(reason: string | null): number | undefined {
  const percent = /(\d+(?:\.\d+)?) ?%/.exec(reason ?? "")?.[1];
  return percent === undefined ? undefined : Math.min(1, Number(percent) / 100);
}
