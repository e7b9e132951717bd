import { packTar as pack, unpackTar as unpack } from 'modern-tar';

/** A file of an archive; `path` is relative, with `/`. */
export interface TarFile {
  readonly path: string;
  readonly text: string;
}

/** An archive that every `tar` unpacks. The same files give the same bytes: it has no times, users or compression. */
export async function packTar(files: readonly TarFile[]): Promise<Buffer> {
  const entries = files.map(({ path, text }) => {
    const body = Buffer.from(text, 'utf8');
    return { header: { name: path, size: body.length, mode: 0o644, uid: 0, gid: 0, mtime: new Date(0) }, body };
  });
  return Buffer.from(await pack(entries));
}

/** The files of such an archive; none when it is damaged. */
export async function unpackTar(archive: Uint8Array): Promise<readonly TarFile[]> {
  try {
    const entries = await unpack(archive, { strict: true });
    return entries.flatMap(({ header, data }) =>
      header.type === 'file' && data !== undefined
        ? [{ path: header.name, text: Buffer.from(data).toString('utf8') }]
        : [],
    );
  } catch {
    return [];
  }
}
