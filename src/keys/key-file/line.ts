import type { Range } from '../../diagnostics/source-file.ts';
import { suggest } from '../../diagnostics/suggest.ts';
import { clientId, keyHash } from '../../language/common/access-scalars.ts';
import { cidr } from '../../language/common/addresses.ts';
import { checkScalar, isRightName, parseRight } from '../parse-right.ts';
import { type Right, type RightName, rightNames } from '../right-names.ts';

/** One key of a key file; ranges are offsets into the file. */
export interface KeyLine {
  readonly id: string;
  /** 64 lower-case hexadecimal digits. */
  readonly hash: string;
  readonly rights: readonly Right[];
  /** Of the values of the rights, by name. */
  readonly places: ReadonlyMap<RightName, Range>;
  readonly idAt: Range;
  readonly hashAt: Range;
  /** Where the last field ends, before a comment. */
  readonly end: number;
}

export interface FieldFault {
  readonly at: Range;
  readonly message: string;
  readonly help: string;
}

type ReadLine =
  | { readonly line: KeyLine | undefined }
  | { readonly fault: FieldFault; readonly secrets: readonly Range[] };

interface Field extends Range {
  readonly text: string;
}

/** `<id> sha256:<hash> [attribute=value ...] [# comment]`; no line for a comment or nothing. */
export function readKeyLine(text: string, range: Range): ReadLine {
  const control = controlCharacter.exec(text.slice(range.start, range.end).replace(/\r$/, ''));
  if (control !== null) {
    const start = range.start + control.index;
    const fault = { at: { start, end: start + 1 }, message: 'control character', help: 'remove it' };
    return { fault, secrets: [range] };
  }
  const fields = readFields(text, range);
  const [id, hash, ...others] = fields;
  if (id === undefined) return { line: undefined };
  // A key in place of the id or of its hash must not be shown.
  const hasHash = hash !== undefined && hashForm.test(hash.text);
  const secrets = fields.flatMap((field, index) => hidden(field, { index, hasHash }));
  const refuse = (at: Range, message: string, help: string): ReadLine => ({
    fault: { at: { start: at.start, end: at.end }, message, help },
    secrets,
  });

  const badId = checkScalar(clientId, id.text);
  if (badId !== undefined) return refuse(id, 'invalid client id', badId.help);
  const badHash = hash === undefined ? lineForm : checkScalar(keyHash, hash.text);
  if (hash === undefined || badHash !== undefined)
    return refuse(hash ?? id, 'expected the hash of a key behind the client id', badHash?.help ?? lineForm.help);
  const rights: Right[] = [];
  const places = new Map<RightName, Range>();
  for (const field of others) {
    const [, attribute = ''] = /^([a-z_]{1,20})=/.exec(field.text) ?? [];
    if (attribute === '') return refuse(field, 'expected `attribute=value`', knownAttributes);
    if (!isRightName(attribute)) {
      const near = suggest(attribute, rightNames);
      const help = near === undefined ? knownAttributes : `did you mean \`${near}\`? ${knownAttributes}`;
      return refuse(field, `unknown attribute \`${attribute}\``, help);
    }
    if (places.has(attribute)) return refuse(field, `\`${attribute}\` is there twice`, 'write its values with commas');
    const value = field.text.slice(attribute.length + 1);
    const right = readAttribute(attribute, value);
    if ('reason' in right) return refuse(field, `invalid value of \`${attribute}\``, right.reason);
    rights.push([attribute, right.value]);
    places.set(attribute, { start: field.start + attribute.length + 1, end: field.end });
  }
  const end = fields.at(-1)?.end ?? hash.end;
  return {
    line: { id: id.text, hash: hash.text.slice(7).toLowerCase(), rights, places, idAt: id, hashAt: hash, end },
  };
}

const controlCharacter = /[\x00-\x08\x0a-\x1f\x7f]/;
const hashForm = /^sha256:[0-9A-Fa-f]{64}$/;
const lineForm = { help: 'a line is `<id> sha256:<64 hexadecimal digits> [attribute=value ...]`' };
const knownAttributes = `attributes: ${rightNames.join(', ')}`;

/** Key files know no `address_lists`: those are names of the spec. */
function readAttribute(attribute: RightName, value: string): ReturnType<typeof parseRight> {
  const right = parseRight(attribute, value);
  if (attribute !== 'addresses' || 'reason' in right) return right;
  for (const item of right.value) {
    const bad = checkScalar(cidr, item);
    if (bad !== undefined) return { reason: bad.help };
  }
  return right;
}

/** Fields are parted by spaces and tabs; one that starts with `#` starts a comment. */
function readFields(text: string, { start, end }: Range): readonly Field[] {
  const fields: Field[] = [];
  const line = text.slice(start, end).replace(/\r$/, '');
  for (const match of line.matchAll(/[^ \t]+/g)) {
    if (match[0].startsWith('#')) break;
    fields.push({ text: match[0], start: start + match.index, end: start + match.index + match[0].length });
  }
  return fields;
}

function hidden(field: Field, { index, hasHash }: { index: number; hasHash: boolean }): readonly Range[] {
  if (hasHash && index < 2) return [];
  const [, known] = /^([a-z_]{1,20}=)/.exec(field.text) ?? [];
  const isFine = known !== undefined && isRightName(known.slice(0, -1));
  return isFine ? [] : [{ start: field.start + (known?.length ?? 0), end: field.end }];
}
