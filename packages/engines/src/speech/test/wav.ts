export interface Sound {
  readonly rate: number;
  readonly seconds: number;
  readonly channels: number;
  readonly hz: number;
}

/** A sine of half the full scale as a WAV file of 16 bits. */
export function wavOf({ rate, seconds, channels, hz }: Sound): Buffer {
  const frames = Math.round(rate * seconds);
  const data = Buffer.alloc(frames * channels * 2);
  for (let frame = 0; frame < frames; frame++) {
    const sample = Math.round(16_384 * Math.sin((2 * Math.PI * hz * frame) / rate));
    for (let channel = 0; channel < channels; channel++)
      data.writeInt16LE(sample, 2 * (frame * channels + channel));
  }
  const head = Buffer.alloc(44);
  head.write("RIFF", 0);
  head.writeUInt32LE(36 + data.length, 4);
  head.write("WAVEfmt ", 8);
  head.writeUInt32LE(16, 16);
  head.writeUInt16LE(1, 20);
  head.writeUInt16LE(channels, 22);
  head.writeUInt32LE(rate, 24);
  head.writeUInt32LE(rate * channels * 2, 28);
  head.writeUInt16LE(channels * 2, 32);
  head.writeUInt16LE(16, 34);
  head.write("data", 36);
  head.writeUInt32LE(data.length, 40);
  return Buffer.concat([head, data]);
}
