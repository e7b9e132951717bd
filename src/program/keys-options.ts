import { type Command, Option } from 'commander';
import { OperationError } from '../diagnostics/operation-error.ts';
import type { KeysPlace } from '../keys/load-key-maps.ts';
import { type RightName, rightNames } from '../keys/right-names.ts';
import { collect } from './options.ts';

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

const rightHelp: Readonly<Record<RightName, readonly [value: string, help: string]>> = {
  tier: ['name', 'its tier'],
  routes: ['a,b', 'the routes that it may call'],
  upstreams: ['a,b', 'the upstreams that it may reach'],
  models: ['a,b', 'the models that it may use; `*` stands for anything'],
  addresses: ['a,b', 'where it may call from, such as `10.0.0.0/8`'],
  not_before: ['time', 'it is refused before, such as `2026-12-01`'],
  not_after: ['time', 'it is refused from then on'],
};

export interface RightFlags {
  readonly tier?: string;
  readonly routes?: string;
  readonly upstreams?: string;
  readonly models?: string;
  readonly addresses?: string;
  readonly notBefore?: string;
  readonly notAfter?: string;
}

/** What a client may do, an option for each right. */
export function addRightOptions(command: Command): Command {
  for (const right of rightNames) {
    const [value, help] = rightHelp[right];
    command.option(`--${right.replace('_', '-')} <${value}>`, help);
  }
  return command;
}

export function toRightTexts(flags: RightFlags): Readonly<Record<RightName, string | undefined>> {
  const { tier, routes, upstreams, models, addresses } = flags;
  return { tier, routes, upstreams, models, addresses, not_before: flags.notBefore, not_after: flags.notAfter };
}
