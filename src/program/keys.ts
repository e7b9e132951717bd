import { type Command, Option } from 'commander';
import type { World } from '../world.ts';
import type { Finish } from './finish.ts';
import {
  addPlaceOptions,
  addRightOptions,
  type PlaceFlags,
  type RightFlags,
  toKeysPlace,
  toRightTexts,
} from './keys-options.ts';

interface AddFlags extends PlaceFlags, RightFlags {
  readonly hash: string | undefined;
}

interface RotateFlags extends PlaceFlags {
  readonly overlap: string;
  readonly notAfter: string | undefined;
  readonly hash: string | undefined;
}

interface RevokeFlags extends PlaceFlags {
  readonly key: string | undefined;
}

interface ListFlags extends PlaceFlags {
  readonly out: string;
  readonly format: 'pretty' | 'json';
}

const specArgument = ['[spec]', 'the spec; openclaw.yaml when it is left out'] as const;

/** `openclaw keys`: makes and administers the keys of clients. */
export function addKeysCommand(program: Command, world: World, finish: Finish): void {
  const keys = program
    .command('keys')
    .description("make, rotate, revoke and list clients' keys")
    .helpCommand(false)
    .addHelpText(
      'after',
      `
Examples:
  openclaw keys add mobile --models 'gpt-4o*'   prints the key, stores its hash
  openclaw keys rotate mobile --overlap 7d      both keys work for a week
  openclaw keys revoke mobile
  openclaw keys list`,
    );
  addGenerateCommand(keys, finish);
  addHashCommand(keys, world, finish);
  addAddCommand(keys, world, finish);
  addRotateCommand(keys, world, finish);
  addRevokeCommand(keys, world, finish);
  addListCommand(keys, world, finish);
  for (const command of keys.commands) command.exitOverride().helpOption('-h, --help', 'print this help');
}

function addGenerateCommand(keys: Command, finish: Finish): void {
  keys
    .command('generate')
    .description('print a new key, and what to store of it')
    .addOption(new Option('--format <format>', 'how it is printed').choices(['pretty', 'json']).default('pretty'))
    .option('-q, --quiet', 'print the key and nothing else')
    .addHelpText('after', '\nExample:\n  openclaw keys generate --format json')
    .action(async (flags: Pick<ListFlags, 'format' | 'quiet'>) => {
      const { keysGenerate } = await import('../commands/keys-generate.ts');
      await finish(keysGenerate({ format: flags.format }), { format: 'pretty', quiet: flags.quiet ?? false });
    });
}

function addHashCommand(keys: Command, world: World, finish: Finish): void {
  keys
    .command('hash')
    .description('print what to store of a key that standard input has')
    .option('-q, --quiet', 'print the hash and nothing else')
    .addHelpText('after', '\nExample:\n  openclaw keys hash < key.txt')
    .action(async (flags: Pick<PlaceFlags, 'quiet'>) => {
      const { keysHash } = await import('../commands/keys-hash.ts');
      await finish(await keysHash(world), { format: 'pretty', quiet: flags.quiet ?? false });
    });
}

function addAddCommand(keys: Command, world: World, finish: Finish): void {
  const command = keys
    .command('add')
    .description('give a new client a key: prints it, stores its hash')
    .argument('<id>', 'who the client is, such as `mobile`')
    .argument(...specArgument);
  addRightOptions(command).option('--hash <hash>', 'store this hash of a key that exists, and make none');
  addPlaceOptions(command)
    .addHelpText(
      'after',
      `
Examples:
  openclaw keys add mobile --tier premium --models 'gpt-4o*'
  openclaw keys add batch --key-file /etc/openclaw/apps.keys`,
    )
    .action(async (id: string, spec: string | undefined, flags: AddFlags) => {
      const { keysAdd } = await import('../commands/keys-add.ts');
      const { readHash, readId, readRights } = await import('../keys/read-arguments.ts');
      const options = {
        ...toKeysPlace(spec, flags),
        id: readId(id),
        rights: readRights(toRightTexts(flags)),
        hash: readHash(flags.hash),
      };
      await finish(await keysAdd(options, world), { format: 'pretty', quiet: flags.quiet ?? false });
    });
}

function addRotateCommand(keys: Command, world: World, finish: Finish): void {
  const command = keys
    .command('rotate')
    .description('give a client one more key, and let its old ones end')
    .argument('<id>', 'the client')
    .argument(...specArgument)
    .option('--overlap <duration>', 'how long the old keys still work; `0s` removes them', '7d')
    .option('--not-after <time>', 'when the new key ends, or `never`; else as late as the old ones')
    .option('--hash <hash>', 'store this hash of a key that exists, and make none');
  addPlaceOptions(command)
    .addHelpText('after', '\nExample:\n  openclaw keys rotate mobile --overlap 24h')
    .action(async (id: string, spec: string | undefined, flags: RotateFlags) => {
      const { keysRotate } = await import('../commands/keys-rotate.ts');
      const { readEnd, readHash, readId, readOverlap } = await import('../keys/read-arguments.ts');
      const options = {
        ...toKeysPlace(spec, flags),
        id: readId(id),
        overlap: readOverlap(flags.overlap),
        notAfter: readEnd(flags.notAfter),
        hash: readHash(flags.hash),
      };
      await finish(await keysRotate(options, world), { format: 'pretty', quiet: flags.quiet ?? false });
    });
}

function addRevokeCommand(keys: Command, world: World, finish: Finish): void {
  const command = keys
    .command('revoke')
    .description('remove a client and its keys, or one of its keys')
    .argument('<id>', 'the client')
    .argument(...specArgument)
    .option('--key <hash>', 'only the key whose hash starts so: `sha256:` and eight digits or more');
  addPlaceOptions(command)
    .addHelpText('after', '\nExample:\n  openclaw keys revoke mobile --key sha256:9f86d081')
    .action(async (id: string, spec: string | undefined, flags: RevokeFlags) => {
      const { keysRevoke } = await import('../commands/keys-revoke.ts');
      const { readHashPrefix, readId } = await import('../keys/read-arguments.ts');
      const options = { ...toKeysPlace(spec, flags), id: readId(id), prefix: readHashPrefix(flags.key) };
      await finish(await keysRevoke(options, world), { format: 'pretty', quiet: flags.quiet ?? false });
    });
}

function addListCommand(keys: Command, world: World, finish: Finish): void {
  const command = keys
    .command('list')
    .description('show who has a key, for what, and until when')
    .argument('[spec]', 'the spec, or `-` for standard input; openclaw.yaml when it is left out')
    .option('-o, --out <folder>', 'the gateway, where relative names of key files start', 'gateway')
    .addOption(new Option('--format <format>', 'how keys are printed').choices(['pretty', 'json']).default('pretty'));
  addPlaceOptions(command)
    .addHelpText('after', '\nExample:\n  openclaw keys list --format json')
    .action(async (spec: string | undefined, flags: ListFlags) => {
      const { keysList } = await import('../commands/keys-list.ts');
      const result = await keysList({ ...toKeysPlace(spec, flags), out: flags.out, format: flags.format }, world);
      // Without a list, the findings are the payload.
      const format = result.output === '' ? flags.format : 'pretty';
      await finish(result, { format, quiet: flags.quiet ?? false });
    });
}
