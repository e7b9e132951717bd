/** A file of an archive; `path` is relative, with `/`. */
export interface TarFile {
  readonly path: string;
  readonly text: string;
}

/** POSIX.1-1988 `ustar`: blocks of 512 bytes, a header before each file, two empty blocks at the end. */
const blockSize = 512;
/** What a header has room for as a name, and for the folders before it when that is too short. */
const longestName = 100;
const longestPrefix = 155;
const magic = Buffer.from('ustar');

/** An archive that every `tar` unpacks. The same files give the same bytes: it has no times, users or compression. */
export function packTar(files: readonly TarFile[]): Buffer {
  const blocks = files.flatMap(({ path, text }) => {
    const body = Buffer.from(text, 'utf8');
    return [header(path, body.length), body, Buffer.alloc((blockSize - (body.length % blockSize)) % blockSize)];
  });
  return Buffer.concat([...blocks, Buffer.alloc(2 * blockSize)]);
}

/** The files of such an archive, as far as it can be read; what is damaged ends it. */
export function unpackTar(archive: Uint8Array): readonly TarFile[] {
  const bytes = Buffer.from(archive);
  const files: TarFile[] = [];
  for (let at = 0; bytes.subarray(at + 257, at + 262).equals(magic); ) {
    const field = (from: number, to: number): string =>
      bytes.toString('utf8', at + from, at + to).replace(/\0.*$/s, '');
    const size = Number.parseInt(field(124, 136), 8);
    const start = at + blockSize;
    if (!(size <= bytes.length - start)) return files;
    const [prefix, name] = [field(345, 345 + longestPrefix), field(0, longestName)];
    files.push({
      path: prefix === '' ? name : `${prefix}/${name}`,
      text: bytes.toString('utf8', start, start + size),
    });
    at = start + Math.ceil(size / blockSize) * blockSize;
  }
  return files;
}

function header(path: string, size: number): Buffer {
  const block = Buffer.alloc(blockSize);
  const octal = (value: number, width: number): string => `${value.toString(8).padStart(width - 1, '0')}\0`;
  const [prefix, name] = splitPath(path);
  block.write(name, 0);
  block.write(octal(0o644, 8), 100);
  block.write(octal(0, 8), 108);
  block.write(octal(0, 8), 116);
  block.write(octal(size, 12), 124);
  block.write(octal(0, 12), 136);
  // The checksum counts its own field as spaces.
  block.write(' '.repeat(8), 148);
  block.write('0', 156);
  block.write('ustar\x0000', 257);
  block.write(prefix, 345);
  const sum = block.reduce((total, byte) => total + byte, 0);
  block.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  return block;
}

/** Folders go into the prefix as far as the name has no room for them. */
function splitPath(path: string): readonly [prefix: string, name: string] {
  if (Buffer.byteLength(path) <= longestName) return ['', path];
  for (let slash = path.indexOf('/'); slash !== -1; slash = path.indexOf('/', slash + 1)) {
    const [prefix, name] = [path.slice(0, slash), path.slice(slash + 1)];
    if (Buffer.byteLength(prefix) > longestPrefix) break;
    if (Buffer.byteLength(name) <= longestName) return [prefix, name];
  }
  throw new RangeError(`\`${path}\` is too long for an archive`);
}
