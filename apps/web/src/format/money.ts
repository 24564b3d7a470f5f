const wholeCents = new Intl.NumberFormat("en", { style: "currency", currency: "USD" });
const twoFigures = new Intl.NumberFormat("en", {
  style: "currency",
  currency: "USD",
  maximumSignificantDigits: 2,
});

/** US dollars; of small amounts the two figures that say something: $0.00014, $0.02, $0.60, $12.50. */
export function formatUsd(usd: number): string {
  return (usd < 0.0995 ? twoFigures : wholeCents).format(usd);
}
