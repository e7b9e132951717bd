import type { Gateway } from '../gateway/common/gateway.ts';
import type { Target } from '../nginx/targets.ts';

/** The group of nginx's workers, who read what has hashes: that of `user`, as nginx itself finds it. */
export function workersGroup({ process }: Gateway, target: Target): string {
  const [user, group = user] = process.user === null ? target.user : [process.user, process.group ?? process.user];
  return group;
}
