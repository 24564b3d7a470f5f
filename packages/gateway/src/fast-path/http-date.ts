let knownSecond = 0;
let knownText = "";

/** Now, as the `date` header says it. */
export function httpDate(): string {
  const second = Math.floor(Date.now() / 1000);
  if (second !== knownSecond) {
    knownSecond = second;
    knownText = new Date(second * 1000).toUTCString();
  }
  return knownText;
}
