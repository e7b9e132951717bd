import { cidr } from '../../language/common/addresses.ts';
import { timesOfRights } from '../key-times.ts';
import { checkScalar } from '../parse-right.ts';
import type { Attempt } from '../problem.ts';
import { alreadyThere, sameKey } from '../refusals.ts';
import { insert, insertLines } from '../splice.ts';
import { factsOf, finishEdit, type KeyFacts, type KeyFileEdit, spanOf, writeKeyLine } from './edit.ts';
import type { KeyFile } from './key-file.ts';

/** What stands at the top of a key file that openclaw makes. */
export const keyFileHeader = `# Keys of clients for openclaw, one a line; \`openclaw keys\` adds, rotates and revokes them.
# <id> sha256:<hash of the key> [tier=... routes=... upstreams=... models=... addresses=... not_before=... not_after=...]
`;

/** The text of the file with a key for a new client. */
export function addToKeyFile(file: KeyFile, client: KeyFacts): Attempt<KeyFileEdit> {
  const { lines, source } = file;
  const known = lines.find((line) => line.id === client.id);
  if (known !== undefined) return { problem: alreadyThere(known.id, spanOf(file, known.idAt)) };
  const same = lines.find((line) => line.hash === client.hash);
  if (same !== undefined) return { problem: sameKey(same.id, spanOf(file, same.hashAt)) };
  const list = client.rights
    .flatMap(([name, value]) => (name === 'addresses' ? value : []))
    .find((item) => checkScalar(cidr, item) !== undefined);
  if (list !== undefined)
    return {
      problem: {
        kind: 'wrong',
        message: `\`${list}\` is no address range, and a key file knows no \`address_lists\``,
        help: 'write ranges such as `10.0.0.0/8`',
      },
    };
  const { text } = source;
  const line = writeKeyLine(client);
  const lineBreak = text.endsWith('\r\n') ? '\r\n' : '\n';
  const isOpen = text !== '' && !text.endsWith('\n');
  const splice = isOpen ? insertLines(text, text.length, [line]) : insert(text.length, line + lineBreak);
  const edited = finishEdit(file, [splice], [...lines.map(factsOf), client]);
  return { value: { text: edited, ends: timesOfRights(client.rights).until } };
}
