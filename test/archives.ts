import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { crc32, deflateRawSync } from 'node:zlib';

export interface Packed {
  readonly name: string;
  readonly content: Buffer;
}

/** All files below a folder, `/`-separated. */
export function filesBelow(folder: string): Packed[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath, entry.name))
    .toSorted()
    .map((file) => ({ name: path.relative(folder, file).replaceAll('\\', '/'), content: readFileSync(file) }));
}

export interface TarEntry extends Packed {
  readonly type?: string;
  readonly target?: string;
}

/** A tar archive (POSIX ustar), with whatever names and types. */
export function makeTar(entries: readonly TarEntry[]): Buffer {
  return Buffer.concat([...entries.flatMap(tarEntry), Buffer.alloc(1_024)]);
}

function tarEntry({ name, content, type = '0', target = '' }: TarEntry): Buffer[] {
  const bytes = Buffer.from(name);
  if (bytes.length > 100)
    return [
      ...tarEntry({ name: '././@LongLink', content: Buffer.from(`${name}\0`), type: 'L' }),
      ...tarEntry({ name: 'cut', content, type }),
    ];
  const header = Buffer.alloc(512);
  bytes.copy(header);
  header.write('0000644\0', 100);
  header.write(`${content.length.toString(8).padStart(11, '0')}\0`, 124);
  header.write('        ', 148);
  header.write(type, 156);
  header.write(target, 157);
  header.write('ustar\x0000', 257);
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  return [header, content, Buffer.alloc((512 - (content.length % 512)) % 512)];
}

export interface ZipEntry extends Packed {
  /** 0: stored; 8: Deflate, when left out; any other is what the zip says of content that is deflated. */
  readonly method?: number;
  readonly crc?: number;
  /** What the zip says of it. */
  readonly size?: number;
  /** Sizes and sum stand behind it. */
  readonly isStreamed?: boolean;
  /** Lies where the entry so many in front of it does. */
  readonly sameAs?: number;
}

/** A zip with whatever names and sizes, unlike those that a library would write. */
export function makeZip(entries: readonly ZipEntry[], { hasDirectory = true } = {}): Buffer {
  const parts: Buffer[] = [];
  const directory: Buffer[] = [];
  const places: number[] = [];
  let at = 0;
  for (const entry of entries) {
    const { name, content, method = 8, isStreamed = false } = entry;
    const nameBytes = Buffer.from(name);
    const packed = method === 0 ? content : deflateRawSync(content);
    const [crc, size] = [entry.crc ?? crc32(content), entry.size ?? content.length];
    const common = Buffer.alloc(26);
    common.writeUInt16LE(20, 0);
    common.writeUInt16LE(0x800 | (isStreamed ? 8 : 0), 2);
    common.writeUInt16LE(method, 4);
    common.writeUInt32LE(crc, 10);
    common.writeUInt32LE(packed.length, 14);
    common.writeUInt32LE(size, 18);
    common.writeUInt16LE(nameBytes.length, 22);
    const local = Buffer.from(common);
    if (isStreamed) local.fill(0, 10, 22);
    const behind = isStreamed ? [Buffer.from('PK\x07\x08'), common.subarray(10, 22)] : [];
    const place = entry.sameAs === undefined ? at : (places.at(-entry.sameAs) ?? 0);
    places.push(place);
    const tail = Buffer.alloc(14);
    tail.writeUInt32LE(place, 10);
    directory.push(Buffer.from('PK\x01\x02\x14\x00'), common, tail, nameBytes);
    if (entry.sameAs !== undefined) continue;
    const own = Buffer.concat([Buffer.from('PK\x03\x04'), local, nameBytes, packed, ...behind]);
    parts.push(own);
    at += own.length;
  }
  if (!hasDirectory) return Buffer.concat(parts);
  const list = Buffer.concat(directory);
  const end = Buffer.alloc(22);
  end.write('PK\x05\x06');
  end.writeUInt16LE(entries.length, 8);
  end.writeUInt16LE(entries.length, 10);
  end.writeUInt32LE(list.length, 12);
  end.writeUInt32LE(at, 16);
  return Buffer.concat([...parts, list, end]);
}
