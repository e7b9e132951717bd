import type { DiagnosticSink } from '../../gateway/common/context.ts';
import type { Route } from '../../gateway/common/gateway.ts';
import type { Check } from '../common/rule.ts';

/** The gateway answers these itself. */
const ownPrefix = '/openclaw/';

/** OC3009 and OC3008: path changes that cannot apply, and paths that belong to the gateway. */
export const checkRewrites: Check = (gateway, sink) => {
  for (const route of gateway.routes) {
    if (route.path.path.startsWith(ownPrefix)) {
      sink.error('OC3008', [...route.at, 'path'], {
        message: `paths under \`${ownPrefix}\` belong to the gateway itself`,
      });
    }
    if (route.rewrite.kind === 'set') rejectBoth(route, sink);
    else checkStrip(route, route.rewrite.strip, sink);
  }
};

function rejectBoth(route: Route, sink: DiagnosticSink): void {
  for (const other of ['strip_prefix', 'add_prefix']) {
    const path = [...route.at, other];
    if (sink.has(path))
      sink.error('OC3008', path, {
        part: 'key',
        message: `\`${other}\` has no effect beside \`set_path\``,
        help: 'keep one of them',
      });
  }
}

function checkStrip(route: Route, strip: string, sink: DiagnosticSink): void {
  const { path } = route.path;
  if (strip === '' || path === strip || path.startsWith(`${strip}/`)) return;
  sink.error('OC3009', [...route.at, 'strip_prefix'], {
    message: `path \`${path}\` does not start with \`${strip}\``,
    help: 'requests of this route would keep their prefix; strip a prefix of its path',
    related: [{ message: 'the path', path: [...route.at, 'path'] }],
  });
}
