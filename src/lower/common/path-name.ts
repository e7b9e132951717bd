import type { RoutePath } from '../../language/common/scalars.ts';
import { contentName } from './content-name.ts';

/**
 * The name of a variable that belongs to a path of the spec: `…_at_v1_models` for exactly that one, `…_below_v1` for
 * `/v1/`, `…_from_v1` for `/v1`, which `/v1x` begins with as well.
 */
export function pathName(prefix: string, { kind, path }: RoutePath): string {
  if (kind === 'exact') return contentName(`${prefix}_at`, [path.slice(1)], '/');
  if (path === '/') return `${prefix}_anywhere`;
  return path.endsWith('/')
    ? contentName(`${prefix}_below`, [path.slice(1, -1)], '/')
    : contentName(`${prefix}_from`, [path.slice(1)], '/');
}
