import { isIP } from 'node:net';
import { z } from 'zod';
import { endpointUrl } from '../common/addresses.ts';
import { object, oneOrMany, scalar } from '../common/combinators.ts';
import { duration, filePath, headerValue, imageReference, name } from '../common/scalars.ts';

const resolverAddress = scalar({
  what: 'resolver address',
  help: 'a resolver is the IP address of a DNS server with an optional port, such as `127.0.0.53` or `[::1]:53`',
  pattern: '^([0-9.]+|\\[[0-9A-Fa-f:.]+\\])(:[0-9]{1,5})?$',
  examples: ['127.0.0.11'],
  parse: (text) => {
    const match = /^(?:\[([0-9A-Fa-f:.]+)\]|([0-9.]+))(?::([0-9]{1,5}))?$/.exec(text);
    const port = Number(match?.[3] ?? 53);
    return match !== null && isIP(match[1] ?? match[2] ?? '') !== 0 && port >= 1 && port <= 65_535
      ? text.toLowerCase()
      : undefined;
  },
});

const resolverObject = object({
  addresses: oneOrMany(resolverAddress).describe(
    "DNS servers by address, such as `127.0.0.11` (Docker's own) or `127.0.0.53` (systemd-resolved).",
  ),
  valid: duration.optional().describe("How long an answer is kept. Default: the record's own time to live."),
  ipv6: z.boolean().optional().describe('Look for IPv6 addresses too. Default: false.'),
});

/** Which DNS servers follow the names of upstreams while the gateway runs. */
export const resolverSection = z.union([
  oneOrMany(resolverAddress).transform((addresses): z.output<typeof resolverObject> => ({ addresses })),
  resolverObject,
]);

/** Each method has levels of its own: nginx refuses a gzip level above 9. */
const compressor = (levels: { readonly most: number; readonly usual: number }) =>
  z.union([
    z.boolean(),
    object({
      level: z
        .number()
        .int()
        .min(1)
        .max(levels.most)
        .optional()
        .describe(`From 1, quick, to ${levels.most}, small. Default: ${levels.usual}.`),
      min_length: z
        .number()
        .int()
        .min(0)
        .max(10_000_000)
        .optional()
        .describe('Smallest answer in bytes worth compressing. Default: 1000.'),
      types: z
        .array(
          scalar({
            what: 'media type',
            help: 'a media type is written as `application/json`',
            pattern: '^[a-z0-9.+-]{1,60}/[a-z0-9.+-]{1,60}$',
            examples: ['application/json'],
            parse: (text) => (/^[a-z0-9.+-]{1,60}\/[a-z0-9.+-]{1,60}$/.test(text) ? text : undefined),
          }),
        )
        .min(1)
        .optional()
        .describe('Media types to compress. Event streams are never compressed. Default: JSON and text.'),
    }),
  ]);

/** Compression of answers to clients. */
export const compressionSection = object({
  gzip: compressor({ most: 9, usual: 5 }).optional().describe('gzip: `true`, or settings. Default: false.'),
  brotli: compressor({ most: 11, usual: 4 })
    .optional()
    .describe('Brotli, where the target has it: `true`, or settings. Default: false.'),
});

/** nginx's `info` is left out: it quotes refused header lines, keys included. */
export const logSection = object({
  access: z
    .union([z.literal(false), filePath])
    .optional()
    .describe("Where requests are logged, or `false`. Default: the target's log folder."),
  error: filePath.optional().describe("Where problems are logged. Default: the target's log folder."),
  level: z
    .enum(['error', 'warn', 'notice'])
    .optional()
    .describe('The least serious problem that is logged. Default: warn.'),
});

const systemName = scalar({
  what: 'user name',
  help: 'a user name has lower-case letters, digits, `_` and `-`',
  pattern: '^[a-z_][a-z0-9_-]{0,31}$',
  examples: ['www-data'],
  parse: (text) => (/^[a-z_][a-z0-9_-]{0,31}$/.test(text) ? text : undefined),
});

/** The nginx processes themselves. */
export const processSection = object({
  user: systemName.optional().describe("The system user that serves requests. Default: the target's."),
  group: systemName.optional().describe('Its group. Default: the one of the same name.'),
  workers: z
    .union([z.literal('auto'), z.number().int().min(1).max(1024)])
    .optional()
    .describe('Worker processes. Default: auto, one for each core.'),
  connections: z
    .number()
    .int()
    .min(16)
    .max(1_000_000)
    .optional()
    .describe('Connections that one worker can hold, upstream ones included. Default: 4096.'),
  shutdown_timeout: duration
    .optional()
    .describe('How long old workers finish their streams after a reload. Default: 10m.'),
  pid: filePath.optional().describe("The file that holds the process id. Default: the target's."),
  temporary_directory: filePath
    .optional()
    .describe("Where bodies that outgrow memory are kept. Default: the target's."),
});

const commandWord = scalar({
  what: 'command word',
  help: 'a word of a command is text of 1800 characters at most; line breaks are the only control characters in it',
  pattern: '^[^\\u0000]*$',
  examples: ['--model'],
  hasLines: true,
  parse: (text) => text,
});

const backend = object({
  image: imageReference.describe('The container image, such as `vllm/vllm-openai:latest`.'),
  command: z.array(commandWord).optional().describe("Replaces the image's command."),
  env_file: filePath.optional().describe('A file with the environment of the container; keys belong there, not here.'),
});

/** The compose project that is written beside the configuration. */
export const composeSection = object({
  network: name.optional().describe('The private network between gateway and backends. Default: openclaw-net.'),
  backends: z.record(name, backend).optional().describe('Model servers that run beside the gateway, by service name.'),
});

const vaultAuth = z.union([
  object({
    approle: object({
      role_id_file: filePath.describe('The file that holds the role id.'),
      secret_id_file: filePath.describe('The file that holds the secret id.'),
    }).describe("Vault's AppRole."),
  }),
  object({ kubernetes: object({ role: name.describe('The role.') }).describe('The service account of the pod.') }),
  object({ token_file: filePath.describe('A file that holds a token.') }),
]);

/** The Vault whose agent renders provider keys into files; the agent's configuration is written beside nginx's. */
export const vaultSection = object({
  address: endpointUrl.describe('Where Vault is, such as `https://vault.example.com:8200`.'),
  auth: vaultAuth.describe(
    'How the agent signs in: `{ approle: … }`, `{ kubernetes: { role: … } }` or `{ token_file: … }`.',
  ),
  namespace: headerValue.optional().describe('The namespace, in Vault Enterprise and HCP.'),
  ca: filePath.optional().describe('Authorities that Vault is verified with. Default: those of the system.'),
  directory: filePath
    .optional()
    .describe('Where the agent writes the keys, for this gateway only. Default: /run/openclaw/secrets.'),
});
