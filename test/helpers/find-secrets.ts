import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Files below a folder that contain any of the secrets; short values are too common to be told from other text. */
export async function findSecrets(
  folder: string,
  options: { readonly secrets: readonly string[]; readonly except: readonly string[] },
): Promise<readonly string[]> {
  const secrets = options.secrets.filter((secret) => secret.length >= 8);
  if (secrets.length === 0) return [];
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const paths = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const searched = paths.filter((path) => !options.except.includes(path) && !/\/file-\d+$/.test(path));
  const found = await Promise.all(
    searched.map(async (path) => {
      const text = await readFile(path, 'latin1');
      return secrets.some((secret) => text.includes(secret)) ? [path.slice(folder.length + 1)] : [];
    }),
  );
  return found.flat();
}
