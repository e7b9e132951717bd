import { suggest } from '../../diagnostics/suggest.ts';
import type { CertificateClient, KeyClient } from '../../gateway/common/authentication.ts';
import type { Gateway, Route } from '../../gateway/common/gateway.ts';
import { upstreamsOf } from '../../gateway/common/targets.ts';
import { namedMethods } from '../common/auth-places.ts';
import { listNames } from '../common/list-names.ts';
import type { Check, CheckSink } from '../common/rule.ts';

type Client = KeyClient | CertificateClient;

interface Scope {
  readonly routes: ReadonlySet<string>;
  readonly upstreams: ReadonlySet<string>;
  /** Routes that ask for the section that the client stands in. */
  readonly asking: readonly Route[];
  readonly section: string;
  readonly gateway: Gateway;
}

/** OC3019, OC3002 and OC3012: rights to what is not there, and rights with which nothing can be called. */
export const checkClientRights: Check = (gateway, sink) => {
  for (const section of [...gateway.keyMaps, ...gateway.clientCertificates]) {
    const scope = scopeOf(section.name, gateway);
    for (const client of section.clients) {
      rejectUnknown(client, scope, sink);
      warnUnreachable(client, scope, sink);
    }
  }
};

function scopeOf(section: string, gateway: Gateway): Scope {
  return {
    routes: new Set(gateway.routes.map(({ name }) => name)),
    upstreams: new Set(gateway.upstreams.map(({ name }) => name)),
    asking: gateway.routes.filter((route) => namedMethods(route).includes(section)),
    section,
    gateway,
  };
}

function rejectUnknown(client: Client, scope: Scope, sink: CheckSink): void {
  for (const [key, code, word] of [
    ['routes', 'OC3019', 'route'],
    ['upstreams', 'OC3002', 'upstream'],
  ] as const)
    for (const name of client[key]) {
      const known = scope[key];
      if (known.has(name)) continue;
      const near = suggest(name, [...known]);
      const list = `${key}: ${listNames([...known])}`;
      sink.error(
        code,
        sink.placeOf([...client.at, key], (text) => text === name),
        {
          message: `unknown ${word} \`${name}\``,
          help: near === undefined ? list : `did you mean \`${near}\`? ${list}`,
        },
      );
    }
}

/** Nothing about a section that no route asks for: that is told where it stands. */
function warnUnreachable(
  client: Client,
  { routes, upstreams, asking, section, gateway }: Scope,
  sink: CheckSink,
): void {
  if (asking.length === 0) return;
  const isKnown =
    client.routes.every((name) => routes.has(name)) && client.upstreams.every((name) => upstreams.has(name));
  if (!isKnown) return;
  if (client.routes.length === 0 && client.upstreams.length === 0) return;
  const wanted = new Set(client.routes);
  const open = wanted.size === 0 ? asking : asking.filter(({ name }) => wanted.has(name));
  const leads = [...new Set(open.flatMap((route) => upstreamsOf(route, gateway)))];
  if (open.length === 0)
    sink.warning('OC3012', [...client.at, 'routes'], {
      message: `\`${client.id}\` can call nothing: none of its routes asks for \`${section}\``,
      help: `routes that do: ${listNames(asking.map(({ name }) => name))}`,
    });
  else if (
    client.upstreams.length > 0 &&
    leads.length > 0 &&
    !leads.some((upstream) => client.upstreams.includes(upstream))
  )
    sink.warning('OC3012', [...client.at, 'upstreams'], {
      message: `\`${client.id}\` can call nothing: no route that it may call leads to its upstreams`,
      help: `its routes lead to: ${listNames(leads)}`,
    });
}
