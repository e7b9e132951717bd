import type { PublicModel } from '../common/public-model.ts';
import type { FieldRules, ListRules, ObjectRules, Rule } from '../common/rule.ts';
import { showDuration } from '../common/show-value.ts';
import { always, quote, quoteAll, verdict } from '../common/verdicts.ts';

type PublicBackend = PublicModel['compose']['backends'][number];
type ResolverHolder = Pick<PublicModel, 'resolver'>;

/** What a change of the DNS servers means. */
const resolverRules: FieldRules<ResolverHolder> = {
  resolver: {
    label: 'resolver',
    about: 'DNS servers that follow the names of upstreams.',
    risks: ['reroutes'],
    takesEffect: 'reload',
    show: ({ addresses }) => addresses.join(', '),
    judge: (_before, after) =>
      verdict(
        'reroutes',
        after === null ? 'names are looked up only at start and reload' : 'names are looked up while running',
      ),
  },
  'resolver.addresses': {
    label: 'addresses',
    about: 'Another DNS server decides where requests go.',
    risks: ['reroutes'],
    takesEffect: 'reload',
    judge: (_before, after) => verdict('reroutes', `names are looked up at ${quoteAll(after)}`),
  },
  'resolver.valid': {
    label: 'valid',
    about: 'How long an answer is kept.',
    risks: ['capacity'],
    takesEffect: 'reload',
    show: showDuration,
    judge: (_before, after) =>
      verdict(
        'capacity',
        `DNS answers are kept ${after === null ? 'as long as they say' : `for ${showDuration(after)}`}`,
      ),
  },
  'resolver.ipv6': {
    label: 'ipv6',
    about: 'Whether IPv6 addresses are looked for.',
    risks: ['reroutes'],
    takesEffect: 'reload',
    judge: (_before, after) => verdict('reroutes', `upstreams are ${after ? 'also' : 'no longer'} reached over IPv6`),
  },
};

const compressionRules: FieldRules<PublicModel['compression']> = {
  gzip: switched('gzip'),
  'gzip.level': compressionField('gzip.level', 'How small it is made.'),
  'gzip.minLength': compressionField('gzip.min_length', 'Smallest answer worth compressing.'),
  'gzip.types': compressionField('gzip.types', 'Media types that are compressed.'),
  brotli: switched('brotli'),
  'brotli.level': compressionField('brotli.level', 'How small it is made.'),
  'brotli.minLength': compressionField('brotli.min_length', 'Smallest answer worth compressing.'),
  'brotli.types': compressionField('brotli.types', 'Media types that are compressed.'),
};

/** A log that nobody can read. */
const nowhere = '/dev/null';

const logRules: FieldRules<PublicModel['log']> = {
  access: {
    label: 'access',
    about: 'Where requests are logged. Off, or `/dev/null`, loosens: nobody sees what callers do.',
    risks: ['loosens', 'narrows', 'cosmetic'],
    takesEffect: 'reload',
    show: (access) => (access === false ? 'off' : String(access)),
    judge: (before, after) => {
      if (after === false || after === nowhere) return verdict('loosens', 'requests are no longer logged');
      if (before === false || before === nowhere) return verdict('narrows', 'requests are logged');
      return verdict('cosmetic', 'requests are logged in another file');
    },
  },
  error: {
    label: 'error',
    about: 'Where problems are logged. `/dev/null` loosens.',
    risks: ['loosens', 'cosmetic'],
    takesEffect: 'reload',
    judge: (_before, after) =>
      after === nowhere
        ? verdict('loosens', 'problems are no longer logged')
        : verdict('cosmetic', 'problems are logged in another file'),
  },
  level: {
    label: 'level',
    about: 'The least serious problem that is logged.',
    risks: ['cosmetic'],
    takesEffect: 'reload',
    judge: (_before, after) => verdict('cosmetic', `problems are logged from ${quote(after)} on`),
  },
};

/**
 * What a change of the processes means. New workers take all of these from the new configuration, the pid file included
 * (ngx_init_cycle in src/core/ngx_cycle.c writes the new one and deletes the old).
 */
const processRules: FieldRules<PublicModel['process']> = {
  user: {
    label: 'user',
    about: 'The system user of the workers. `root` loosens: a hole in nginx is one in the machine.',
    risks: ['loosens', 'narrows', 'cosmetic'],
    takesEffect: 'reload',
    judge: (before, after) => judgeUser(before, after, 'user'),
  },
  group: {
    label: 'group',
    about: 'Their group.',
    risks: ['loosens', 'narrows', 'cosmetic'],
    takesEffect: 'reload',
    judge: (before, after) => judgeUser(before, after, 'group'),
  },
  workers: {
    label: 'workers',
    about: 'Worker processes.',
    risks: ['capacity'],
    takesEffect: 'reload',
    judge: (_before, after) =>
      verdict(
        'capacity',
        `requests are served by ${after === 'auto' ? 'one worker for each core' : `${after} workers`}`,
      ),
  },
  connections: {
    label: 'connections',
    about: 'Connections that a worker can hold.',
    risks: ['capacity'],
    takesEffect: 'reload',
    judge: (_before, after) => verdict('capacity', `a worker holds ${after} connections, those to upstreams included`),
  },
  shutdownTimeout: {
    label: 'shutdown_timeout',
    about: 'How long old workers finish their streams. The reload that brings it still follows the old one.',
    risks: ['capacity'],
    takesEffect: 'reload',
    show: showDuration,
    judge: (_before, after) =>
      verdict('capacity', `from the next reload on, streams are cut after ${showDuration(after)}`),
  },
  pid: {
    label: 'pid',
    about: 'The file with the process id, which service units and log rotation read.',
    risks: ['cosmetic'],
    takesEffect: 'reload',
    judge: always('cosmetic', () => 'service units and log rotation must read the process id from the new file'),
  },
  temporaryDirectory: {
    label: 'temporary_directory',
    about:
      'Where bodies that outgrow memory are kept. Without this folder nginx keeps its old configuration on reload.',
    risks: ['cosmetic'],
    takesEffect: 'reload',
    judge: always('cosmetic', () => 'large bodies are kept elsewhere'),
  },
};

/** Compose changes running containers only by `docker compose up` (docs.docker.com/reference/cli/docker/compose/up). */
const composeRules: FieldRules<PublicModel['compose'], 'backends'> = {
  network: {
    label: 'network',
    about: 'The private network of gateway and backends.',
    risks: ['reroutes'],
    takesEffect: 'compose up',
    judge: (_before, after) => verdict('reroutes', `gateway and backends meet in network ${quote(after)}`),
  },
};

const composeLists: { readonly backends: ListRules<PublicBackend, PublicModel['compose']> } = {
  backends: {
    identify: ({ name }) => name,
    label: ({ name }) => `backends.${name}`,
    order: verdict('cosmetic', 'the same backends run'),
    item: {
      label: 'backends.<name>',
      about: 'A model server beside the gateway.',
      risks: ['capacity'],
      takesEffect: 'compose up',
      show: ({ image }) => image,
      judge: (before, after) =>
        verdict(
          'capacity',
          after === null ? `${quote(before?.name ?? '')} no longer runs` : `${quote(after.name)} runs`,
        ),
    },
    fields: {
      image: {
        label: 'backends.<name>.image',
        about: 'The program that answers.',
        risks: ['reroutes'],
        takesEffect: 'compose up',
        judge: (_before, after) => verdict('reroutes', `answers come from ${quote(after)}`),
      },
      command: {
        label: 'backends.<name>.command',
        about: 'How it is started.',
        risks: ['reroutes'],
        takesEffect: 'compose up',
        show: (command) => command.join(' '),
        judge: always('reroutes', () => 'the backend is started in another way'),
      },
      envFile: {
        label: 'backends.<name>.env_file',
        about: 'Its environment.',
        risks: ['reroutes'],
        takesEffect: 'compose up',
        judge: always('reroutes', () => 'the backend gets another environment'),
      },
    } satisfies FieldRules<PublicBackend, 'name', PublicModel['compose']>,
  },
};

function switched(name: 'gzip' | 'brotli'): Rule<PublicModel['compression']['gzip'], PublicModel['compression']> {
  return {
    label: name,
    about: `Whether answers are compressed with ${name}.`,
    risks: ['cosmetic'],
    takesEffect: 'reload',
    show: () => 'on',
    judge: (_before, after) =>
      verdict('cosmetic', `answers are ${after === null ? 'no longer' : 'now'} compressed with ${name}`),
  };
}

function compressionField(
  label: string,
  about: string,
): Rule<never, PublicModel['compression']> &
  Rule<number, PublicModel['compression']> &
  Rule<readonly string[], PublicModel['compression']> {
  return {
    label,
    about,
    risks: ['cosmetic'],
    takesEffect: 'reload',
    judge: () => verdict('cosmetic', 'answers are compressed in another way'),
  };
}

function judgeUser(before: string | null, after: string | null, what: 'user' | 'group') {
  if (after === 'root') return verdict('loosens', `workers run as ${what} \`root\``);
  const now = after === null ? "the target's own" : quote(after);
  return verdict(before === 'root' ? 'narrows' : 'cosmetic', `workers run as ${what} ${now}`);
}

export const resolverObject = {
  fields: resolverRules,
  lists: {},
  identity: [],
} as const satisfies ObjectRules;

export const compressionObject = {
  fields: compressionRules,
  lists: {},
  identity: [],
} as const satisfies ObjectRules;

export const logObject = {
  fields: logRules,
  lists: {},
  identity: [],
} as const satisfies ObjectRules;

export const processObject = {
  fields: processRules,
  lists: {},
  identity: [],
} as const satisfies ObjectRules;

export const composeObject = {
  fields: composeRules,
  lists: composeLists,
  identity: [],
} as const satisfies ObjectRules;
