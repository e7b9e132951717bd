import { fileURLToPath } from 'node:url';
import type { Workspace } from './workspace.ts';

const script = fileURLToPath(new URL('sandbox.sh', import.meta.url));

/** The command line that runs nginx in a workspace, and the whole environment it may see. */
export function sandboxCommand(workspace: Workspace, nginxArguments: readonly string[]) {
  const nginx = ['nginx', '-p', `${workspace.innerPrefix}/`, '-c', 'nginx.conf', ...nginxArguments];
  return {
    file: 'setpriv',
    // TERM when the test process dies without a word, which no exit handler would notice.
    arguments: [
      ...['--pdeathsig', 'TERM', 'unshare', '-m', 'sh', script, workspace.root],
      ...workspace.mounts.flat(),
      '--',
      ...nginx,
    ],
    environment: { PATH: '/usr/sbin:/usr/bin:/sbin:/bin', LANG: 'C.UTF-8' },
  };
}
