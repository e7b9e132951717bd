import { type Command, InvalidArgumentError, Option } from 'commander';
import { OperationError } from './diagnostics/operation-error.ts';
import type { KeysPlace } from './keys/load-key-maps.ts';
import { parseRight, type Right, type RightName, rightNames } from './keys/rights.ts';
import { collect } from './program/options.ts';
import { clientId, keyHash } from './spec/access-scalars.ts';
import { duration } from './spec/scalars.ts';

export interface PlaceFlags {
  readonly map: string | undefined;
  readonly keyFile: string | undefined;
  readonly overlay: readonly string[] | undefined;
  readonly quiet: boolean | undefined;
}

/** The options of every command that reads or edits keys. */
export function addPlaceOptions(command: Command): Command {
  return command
    .option('--map <name>', 'which of the `key_maps`, where there are several')
    .addOption(new Option('--key-file <file>', 'a key file, instead of the spec').conflicts(['map', 'overlay']))
    .option('--overlay <file>', 'lay a file over the spec; may be repeated', collect)
    .option('-q, --quiet', 'print findings and nothing else');
}

export function toKeysPlace(spec: string | undefined, flags: PlaceFlags): KeysPlace {
  if (spec !== undefined && flags.keyFile !== undefined)
    throw new OperationError('`--key-file` stands in place of a spec, and both are given', { help: 'leave one out' });
  return { spec, overlays: flags.overlay ?? [], map: flags.map, keyFile: flags.keyFile };
}

export type RightFlags = { readonly [Name in 'tier' | 'routes' | 'upstreams' | 'models' | 'addresses']?: string } & {
  readonly notBefore?: string;
  readonly notAfter?: string;
};

const rightHelp: Readonly<Record<RightName, readonly [value: string, help: string]>> = {
  tier: ['name', 'its tier'],
  routes: ['a,b', 'the routes that it may call'],
  upstreams: ['a,b', 'the upstreams that it may reach'],
  models: ['a,b', 'the models that it may use; `*` stands for anything'],
  addresses: ['a,b', 'where it may call from, such as `10.0.0.0/8`'],
  not_before: ['time', 'it is refused before, such as `2026-12-01`'],
  not_after: ['time', 'it is refused from then on'],
};

/** What a client may do, an option for each right. */
export function addRightOptions(command: Command): Command {
  for (const right of rightNames) {
    const [value, help] = rightHelp[right];
    command.option(`--${right.replace('_', '-')} <${value}>`, help, (text: string) => checkRight(right, text));
  }
  return command;
}

export function toRights(flags: RightFlags): readonly Right[] {
  const given: Readonly<Record<RightName, string | undefined>> = {
    tier: flags.tier,
    routes: flags.routes,
    upstreams: flags.upstreams,
    models: flags.models,
    addresses: flags.addresses,
    not_before: flags.notBefore,
    not_after: flags.notAfter,
  };
  return rightNames.flatMap((right): Right[] => {
    const text = given[right];
    const read = text === undefined ? undefined : parseRight(right, text);
    return read !== undefined && 'value' in read ? [[right, read.value]] : [];
  });
}

export function checkRight(right: RightName, text: string): string {
  const read = parseRight(right, text);
  if ('reason' in read) throw new InvalidArgumentError(sentence(read.reason));
  return text;
}

/** The end of a new key: a time, or `never`. */
export function checkEnd(text: string): string {
  return text === 'never' ? text : checkRight('not_after', text);
}

/** Milliseconds. */
export function parseDuration(text: string): number {
  const result = duration.safeParse(text);
  if (!result.success) throw new InvalidArgumentError('A duration is such as `12h`, `7d` or `0s`; ten years at most.');
  return result.data;
}

/** The id as it was given; who gives the key instead gets it not shown again. */
export function checkId(id: string): string {
  if (/^(?:oc|sk)-.{16}/.test(id))
    throw new OperationError('this looks like a key, and a client is named by its id', {
      help: '`openclaw keys list` shows ids; `openclaw keys hash` reads a key from standard input',
    });
  if (clientId.safeParse(id).success) return id;
  throw new OperationError('invalid client id', {
    help: 'it starts with a letter or digit, followed by letters, digits or `_ . @ -`, 64 characters at most',
  });
}

/** The digits of a hash; what is none may be a key, and is not shown. */
export function parseHash(text: string | undefined): string | undefined {
  if (text === undefined) return undefined;
  const result = keyHash.safeParse(text);
  if (result.success) return result.data;
  throw new OperationError('`--hash` takes `sha256:` and 64 hexadecimal digits', {
    help: '`openclaw keys hash` makes it of a key',
  });
}

/** The first digits of a hash. */
export function parseHashPrefix(text: string | undefined): string | undefined {
  if (text === undefined) return undefined;
  const [, digits] = /^(?:sha256:)?([0-9A-Fa-f]{8,64})$/.exec(text) ?? [];
  if (digits !== undefined) return digits.toLowerCase();
  throw new OperationError('`--key` takes the start of a hash: `sha256:` and eight hexadecimal digits at least', {
    help: '`openclaw keys list` shows them',
  });
}

function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}
