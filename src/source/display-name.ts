import { isAbsolute, relative, sep } from 'node:path';

/** The name to print for a file: relative to the working directory where it lies inside, with forward slashes. */
export function displayName(path: string, cwd: string): string {
  const inside = relative(cwd, path);
  const outside = inside === '' || inside === '..' || inside.startsWith(`..${sep}`) || isAbsolute(inside);
  return (outside ? path : inside).replaceAll(sep, '/');
}
