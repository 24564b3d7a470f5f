/** The kinds of audio we read, told by their first bytes; names are for people. */
const marks: readonly (readonly [name: string, offset: number, bytes: string])[] = [
  ["WAV", 0, "RIFF"],
  ["WAV", 0, "RF64"],
  ["FLAC", 0, "fLaC"],
  ["Ogg", 0, "OggS"],
  ["MP4", 4, "ftyp"],
  ["WebM", 0, "\u001aE\u00df\u00a3"],
  ["MP3", 0, "ID3"],
  ["AIFF", 0, "FORM"],
  ["CAF", 0, "caff"],
];

/** `undefined`: nothing that we know. */
export function sniffAudio(head: Uint8Array): string | undefined {
  const text = Buffer.from(head.subarray(0, 16)).toString("latin1");
  const found = marks.find(([, offset, bytes]) => text.startsWith(bytes, offset));
  if (found !== undefined) return found[0];
  if (head[0] !== 0xff) return undefined;
  const second = head[1] ?? 0;
  if ((second & 0xf6) === 0xf0) return "AAC";
  return (second & 0xe0) === 0xe0 && (second & 0x06) !== 0 ? "MP3" : undefined;
}
