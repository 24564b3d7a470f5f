const sampleRate = 8000;

/** A wav file of one tone, as a browser gets it from whoever chooses it. */
export function beep(name: string, seconds: number): { name: string; mimeType: string; buffer: Buffer } {
  const samples = seconds * sampleRate;
  const head = Buffer.alloc(44);
  head.write("RIFF", 0);
  head.writeUInt32LE(36 + samples * 2, 4);
  head.write("WAVEfmt ", 8);
  head.writeUInt32LE(16, 16);
  head.writeUInt16LE(1, 20);
  head.writeUInt16LE(1, 22);
  head.writeUInt32LE(sampleRate, 24);
  head.writeUInt32LE(sampleRate * 2, 28);
  head.writeUInt16LE(2, 32);
  head.writeUInt16LE(16, 34);
  head.write("data", 36);
  head.writeUInt32LE(samples * 2, 40);
  const body = Buffer.alloc(samples * 2);
  for (let at = 0; at < samples; at += 1) body.writeInt16LE(Math.round(3000 * Math.sin(at / 3)), at * 2);
  return { name, mimeType: "audio/wav", buffer: Buffer.concat([head, body]) };
}
