import type { Target } from '../nginx/targets.ts';
import type { Artifact } from '../render/render-files.ts';

/**
 * The public image, pinned by tag, whose nginx can read these files: the target's own where that brings nginx along,
 * else nginx.org's of the same version (hub.docker.com/_/nginx). Null when the files load modules, which no public
 * image of plain nginx has.
 */
export function publicImage(target: Target, artifacts: readonly Artifact[]): string | null {
  const main = artifacts.find(({ path }) => path === 'nginx.conf')?.text ?? '';
  if (/^load_module /m.test(main)) return null;
  return target.image.from.startsWith('debian:') ? `nginx:${target.platform.version.join('.')}` : target.image.from;
}
