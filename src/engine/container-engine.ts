import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { packTar } from '../output/tar.ts';
import type { Engine } from './engine.ts';
import { luaCheckFiles } from './lua-check.ts';
import { runBounded } from './run-bounded.ts';
import { sandboxFiles } from './sandbox-files.ts';
import { secondsFor, trialScript } from './trial-script.ts';

export interface ContainerEngineOptions {
  readonly name: 'docker' | 'podman';
  readonly image: string;
  /** Of openclaw itself: `PATH`, `DOCKER_HOST` and the like lead to the engine; nothing of it enters the container. */
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** Where the gateway is asked; the container has no network but its own loopback. */
const healthAddress = '127.0.0.1:18080';
/** Milliseconds for a `rm`; an engine that hangs is left alone after that. */
const removal = 5000;

/** bash, which Debian's images have, and the clients of other images. */
const ask = `
  if command -v bash >/dev/null; then
    bash -c 'exec 4<>/dev/tcp/127.0.0.1/18080 && printf "GET /openclaw/health HTTP/1.0\\r\\n\\r\\n" >&4 && cat <&4'
  elif command -v curl >/dev/null; then curl -s -m 5 http://${healthAddress}/openclaw/health
  else wget -q -T 5 -O - http://${healthAddress}/openclaw/health
  fi`;

/** Runs trials in a container without network, privileges or a disk; the files go in through standard input. */
export function containerEngine(options: ContainerEngineOptions): Engine {
  const { name, image, env } = options;
  return {
    name,
    title: `${name}, image ${image}`,
    run: async (artifacts, { timeout, signal }) => {
      const files = [
        ...sandboxFiles(artifacts, { healthListen: healthAddress, user: null }),
        ...luaCheckFiles(artifacts),
      ];
      const input = await packTar(files);
      const container = `openclaw-validate-${randomUUID()}`;
      const args = containerArguments({ name, image, container, bytes: input.length, timeout });
      const result = await runBounded({ file: name, args, env, input, timeout, signal });
      if (result.ending !== 'exited' || result.exitCode !== 0) await removeContainer({ name, container, env });
      return result;
    },
  };
}

export function containerArguments(options: {
  readonly name: 'docker' | 'podman';
  readonly image: string;
  readonly container: string;
  readonly bytes: number;
  /** Milliseconds. */
  readonly timeout: number;
}): readonly string[] {
  const { name, image, container, bytes, timeout } = options;
  return [
    ...['run', '--rm', '--interactive', '--name', container, '--label', 'openclaw=validate'],
    // Without these, podman asks for more than an unprivileged or nested machine may give.
    ...(name === 'podman' ? ['--runtime', 'runc', '--ulimit', 'nofile=1024:1024', '--ulimit', 'nproc=256:256'] : []),
    ...['--network', 'none', '--read-only', '--tmpfs', '/tmp:rw,nosuid,nodev,noexec,size=64m,mode=1777'],
    ...['--cap-drop', 'ALL', '--security-opt', 'no-new-privileges', '--user', '65534:65534'],
    ...['--memory', '256m', '--pids-limit', '64', '--log-driver', 'none', '--workdir', '/', '--entrypoint', 'sh'],
    image,
    ...['-c', trialScript({ ask, end: 'kill -TERM $$' }), 'sh'],
    ...['/tmp/openclaw', String(bytes), String(secondsFor(timeout))],
  ];
}

/** `--rm` removes what ran; this removes what never ran or does not end. A container may appear after its client died. */
async function removeContainer(options: {
  readonly name: 'docker' | 'podman';
  readonly container: string;
  readonly env: ContainerEngineOptions['env'];
}): Promise<void> {
  const { name, container, env } = options;
  const args = ['rm', '--force', '--volumes', container];
  const { output } = await runBounded({ file: name, args, env, timeout: removal });
  if (!/no such container/i.test(output)) return;
  await sleep(300);
  await runBounded({ file: name, args, env, timeout: removal });
}
