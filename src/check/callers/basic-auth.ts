import type { BasicAuth } from '../../gateway/common/authentication.ts';
import type { Gateway } from '../../gateway/common/gateway.ts';
import { namedMethods } from '../common/auth-places.ts';
import { plainListeners } from '../common/plain-listeners.ts';
import type { Check, CheckSink } from '../common/rule.ts';

/** OC3015, OC3008, OC2004 and OC3021: passwords that are nowhere, that cost too much, or that everybody can read. */
export const checkBasicAuth: Check = (gateway, sink) => {
  for (const basic of gateway.basicAuth) {
    checkUsers(basic, sink);
    rejectOff(basic, sink);
    warnCost(basic, sink);
    warnClearText(basic, gateway, sink);
  }
};

function checkUsers({ name, at, file, users }: BasicAuth, sink: CheckSink): void {
  if (file === null && users.length === 0)
    sink.error('OC3015', at, {
      part: 'key',
      message: `\`${name}\` has no users`,
      help: 'add `users`, such as `{ alice: "$2y$10$…" }`, or a `file` as `htpasswd` makes it',
    });
  else if (file !== null && sink.has([...at, 'users']))
    sink.error('OC3008', [...at, 'users'], {
      part: 'key',
      message: '`users` beside `file`',
      help: 'nginx looks into one list of passwords; keep one of the two',
    });
}

/** `auth_basic off` lets everyone in (ngx_http_auth_basic_module). */
function rejectOff({ at, realm }: BasicAuth, sink: CheckSink): void {
  if (realm !== 'off') return;
  const isWritten = sink.has([...at, 'realm']);
  sink.error('OC2004', isWritten ? [...at, 'realm'] : at, {
    part: isWritten ? 'value' : 'key',
    message: 'a realm cannot be `off`: nginx would let everyone in',
    help: isWritten ? 'choose another text' : 'choose another name, or give it a `realm`',
  });
}

/** Each step of bcrypt doubles the work: 10 takes tens of milliseconds. */
const highestBcryptCost = 10;
/** As long as that of SHA-crypt; its default is 5,000. */
const mostRounds = 50_000;

function warnCost({ at, users }: BasicAuth, sink: CheckSink): void {
  for (const { name, hash } of users) {
    const cost = Number(/^\$2[aby]\$(\d\d)\$/.exec(hash)?.[1] ?? 0);
    const rounds = Number(/^\$[56]\$rounds=(\d+)\$/.exec(hash)?.[1] ?? 0);
    if (cost <= highestBcryptCost && rounds <= mostRounds) continue;
    const [found, most] = cost > 0 ? [`cost ${cost}`, highestBcryptCost] : [`${rounds} rounds`, mostRounds];
    sink.warning('OC3021', [...at, 'users', name], {
      part: 'key',
      message: `checking the password of \`${name}\` takes long: ${found}`,
      help: `nginx checks it on every request, and all others of that worker wait; up to ${most} is fine: \`htpasswd -nB -C ${highestBcryptCost} ${name}\``,
    });
  }
}

/** Behind a proxy that is trusted, encryption is its business. */
function warnClearText({ name, at }: BasicAuth, { server, routes }: Gateway, sink: CheckSink): void {
  const [listener] = plainListeners(server);
  if (listener === undefined || server.trustedProxies !== null) return;
  if (!routes.some((route) => namedMethods(route).includes(name))) return;
  sink.warning('OC3021', at, {
    part: 'key',
    message: `passwords of \`${name}\` cross the network unencrypted: \`${listener.host ?? '*'}:${listener.port}\` serves plain HTTP`,
    help:
      server.tls === null
        ? 'add `tls` to `server`, listen on 127.0.0.1, or name the proxy in front in `trusted_proxies`'
        : 'leave out `redirect: false`, or listen there on 127.0.0.1 only',
  });
}
