/** What a pipeline gives, as JSON: tensors are nested lists, images PNGs and sounds WAVs, each as a `data:` URL. */
export async function plainOutput(value: unknown): Promise<unknown> {
  if (typeof value === "bigint") return Number(value);
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return Promise.all(value.map(plainOutput));
  if (isTensor(value)) return plainOutput(value.tolist());
  if (isImage(value)) return dataUrl("image/png", await value.toSharp().png().toBuffer());
  if (isSound(value)) {
    const wav = Buffer.from(await value.toBlob().arrayBuffer());
    return { audio: dataUrl("audio/wav", wav), sampling_rate: value.sampling_rate };
  }
  if (ArrayBuffer.isView(value)) return Array.from(value as Float32Array);
  const entries = Object.entries(value).map(async ([key, inner]) => [key, await plainOutput(inner)] as const);
  return Object.fromEntries(await Promise.all(entries));
}

function dataUrl(type: string, bytes: Buffer): string {
  return `data:${type};base64,${bytes.toString("base64")}`;
}

interface Image {
  toSharp(): { png(): { toBuffer(): Promise<Buffer> } };
}

interface Sound {
  readonly sampling_rate: number;
  toBlob(): Blob;
}

function isTensor(value: object): value is { tolist(): unknown } {
  return "tolist" in value && typeof value.tolist === "function";
}

function isImage(value: object): value is Image {
  return "toSharp" in value && typeof value.toSharp === "function";
}

function isSound(value: object): value is Sound {
  return "toBlob" in value && typeof value.toBlob === "function" && "sampling_rate" in value;
}
