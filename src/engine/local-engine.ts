import { randomUUID } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execPath, geteuid } from 'node:process';
import type { Target } from '../nginx/targets.ts';
import { packTar } from '../output/tar.ts';
import type { Engine } from './engine.ts';
import { luaCheckFiles } from './lua-check.ts';
import { runBounded } from './run-bounded.ts';
import { sandboxFiles } from './sandbox-files.ts';
import { secondsFor, trialScript } from './trial-script.ts';

/** A unix socket in the trial's own folder: no port is taken, and nobody else can ask. */
const healthSocket = './health.sock';

const ask = `
  "$OPENCLAW_NODE" -e 'require("http").get({ socketPath: "${healthSocket}", path: "/openclaw/health" }, (answer) => answer.pipe(process.stdout)).on("error", () => {})'`;

/** Runs trials with the nginx of this machine, in a temporary folder that is its whole world. */
export function localEngine(options: {
  readonly local: Target;
  readonly env: Readonly<Record<string, string | undefined>>;
}): Engine {
  const { local, env } = options;
  return {
    name: 'local',
    title: `local, nginx ${local.platform.version.join('.')}`,
    run: async (artifacts, { timeout, signal }) => {
      const user = geteuid?.() === 0 ? local.user.filter((word) => word !== undefined) : null;
      const files = [
        ...sandboxFiles(artifacts, { healthListen: `unix:${healthSocket}`, user }),
        ...luaCheckFiles(artifacts),
      ];
      const input = await packTar(files);
      const folder = join(tmpdir(), `openclaw-validate-${randomUUID()}`);
      const script = trialScript({ ask, end: 'kill -KILL 0' });
      try {
        return await runBounded({
          file: 'sh',
          args: ['-c', script, 'sh', folder, String(input.length), String(secondsFor(timeout))],
          env: { PATH: env.PATH, LANG: 'C', OPENCLAW_NODE: execPath },
          input,
          timeout,
          signal,
        });
      } finally {
        await rm(folder, { recursive: true, force: true });
      }
    },
  };
}
