import { compareText } from '../compare-text.ts';
import type { Diagnostic, Outcome } from '../diagnostics/diagnostic.ts';
import type { Spec } from '../language/spec.ts';
import type { MapNode } from '../source/value-node.ts';
import { resolveAuthentication, resolveVault } from './callers/resolve-authentication.ts';
import type { DiagnosticText } from './common/context.ts';
import { createSink } from './common/context.ts';
import type { Compressor, Gateway, Upstream } from './common/gateway.ts';
import { resolveBreakers } from './destinations/breakers.ts';
import { resolveModels } from './destinations/models.ts';
import { rejectUnknownUpstreams } from './destinations/unknown-upstreams.ts';
import { resolveRateZones } from './limits/rate-zones.ts';
import { nameRoutes } from './routes/names.ts';
import { resolveRoute } from './routes/route.ts';
import type { AddressContext } from './server/addresses.ts';
import { resolveServer } from './server/server.ts';
import { resolveUpstream } from './upstreams/upstream.ts';

/** JSON, and the text types that APIs answer with; event streams are left out because compression would delay them. */
const compressedTypes: readonly string[] = [
  'application/json',
  'application/xml',
  'text/css',
  'text/csv',
  'text/javascript',
  'text/plain',
  'text/xml',
];

/** Of one worker; each takes about 250 bytes until it is used (ngx_event_process_init). */
const defaultConnections = 4096;

/** What routes write in place of an upstream. */
const reservedUpstreams: ReadonlySet<string> = new Set(['by_model', 'models']);

/** Follows references and fills defaults; reports what does not fit together (OC3). */
export function resolveGateway(spec: Spec, root: MapNode): Outcome<Gateway> {
  const sink = createSink(root);
  const addresses: AddressContext = { lists: spec.address_lists ?? {}, sink, used: new Set() };
  const connections = spec.process?.connections ?? defaultConnections;
  const server = resolveServer(spec.server ?? {}, { addresses, connections });
  const names = Object.keys(spec.upstreams).sort(compareText);
  const upstreams = names.flatMap((name): readonly Upstream[] => {
    const section = spec.upstreams[name];
    if (section === undefined) return [];
    const at = ['upstreams', name];
    if (name.startsWith('openclaw')) sink.error('OC2005', at, reservedName(name));
    if (reservedUpstreams.has(name))
      sink.error('OC2005', at, {
        part: 'key',
        message: `name \`${name}\` is reserved`,
        help: '`by_model` and `models` mean the table of `models`; choose another name',
      });
    const upstream = resolveUpstream(section, { name, at, hasResolver: spec.resolver !== undefined, sink });
    return upstream === undefined ? [] : [upstream];
  });
  if (names.length === 0)
    sink.error('OC3015', ['upstreams'], {
      part: 'key',
      message: 'there are no upstreams',
      help: 'add one, such as `upstreams: { llm: { servers: [127.0.0.1:8000] } }`',
    });
  const models = resolveModels(spec.models);
  const routeNames = nameRoutes(spec.routes, sink);
  const routes = spec.routes.map((section, index) =>
    resolveRoute({
      section,
      index,
      name: routeNames[index] ?? '',
      server,
      models,
      upstreams,
      addresses,
    }),
  );
  rejectUnknownUpstreams(spec, sink);
  for (const name of Object.keys(spec.compose?.backends ?? {})) {
    if (name.startsWith('openclaw')) sink.error('OC2005', ['compose', 'backends', name], reservedName(name));
  }
  const gateway: Gateway = {
    server,
    resolver: spec.resolver === undefined ? null : resolveResolver(spec.resolver),
    upstreams: resolveBreakers(upstreams, spec.upstreams, { routes, models }),
    ...resolveAuthentication(spec, addresses),
    vault: resolveVault(spec.vault),
    models,
    rateZones: resolveRateZones(spec.rate_zones),
    routes,
    compression: {
      gzip: resolveCompressor(spec.compression?.gzip, 5),
      brotli: resolveCompressor(spec.compression?.brotli, 4),
    },
    log: { access: spec.log?.access ?? null, error: spec.log?.error ?? null, level: spec.log?.level ?? 'warn' },
    process: {
      user: spec.process?.user ?? null,
      group: spec.process?.group ?? null,
      workers: spec.process?.workers ?? 'auto',
      connections,
      shutdownTimeout: spec.process?.shutdown_timeout ?? 600_000,
      pid: spec.process?.pid ?? null,
      temporaryDirectory: spec.process?.temporary_directory ?? null,
    },
    compose: {
      network: spec.compose?.network ?? 'openclaw-net',
      backends: Object.entries(spec.compose?.backends ?? {})
        .sort(([a], [b]) => compareText(a, b))
        .map(([name, backend]) => ({
          name,
          image: backend.image,
          command: backend.command ?? null,
          envFile: backend.env_file ?? null,
        })),
    },
  };
  for (const name of Object.keys(spec.address_lists ?? {})) {
    if (addresses.used.has(name)) continue;
    sink.warning('OC3012', ['address_lists', name], { part: 'key', message: `address list \`${name}\` is never used` });
  }
  return { value: gateway, diagnostics: sink.diagnostics as readonly Diagnostic[] };
}

function reservedName(name: string): DiagnosticText {
  return {
    part: 'key',
    message: `name \`${name}\` is reserved`,
    help: 'names that start with `openclaw` belong to the gateway itself',
  };
}

function resolveResolver(section: NonNullable<Spec['resolver']>): Gateway['resolver'] {
  return { addresses: section.addresses, valid: section.valid ?? null, ipv6: section.ipv6 ?? false };
}

function resolveCompressor(section: NonNullable<Spec['compression']>['gzip'], level: number): Compressor | null {
  if (section === undefined || section === false) return null;
  const given = section === true ? {} : section;
  const types = (given.types ?? compressedTypes).filter((type) => type !== 'text/event-stream' && type !== 'text/html');
  return {
    level: given.level ?? level,
    minLength: given.min_length ?? 1000,
    types: [...new Set(types)].sort(compareText),
  };
}
