import { isDeepStrictEqual } from 'node:util';
import { timesOfRights } from '../key-times.ts';
import { planRotation, type RotationRequest } from '../plan-rotation.ts';
import type { Attempt } from '../problem.ts';
import { sameKey } from '../refusals.ts';
import type { Right } from '../right-names.ts';
import { insert, insertLines, removeLines, type Splice } from '../splice.ts';
import { factsOf, findLines, finishEdit, type KeyFacts, type KeyFileEdit, spanOf, writeKeyLine } from './edit.ts';
import type { KeyFile } from './key-file.ts';
import type { KeyLine } from './line.ts';

/** The text of the file with one more key for a client, below its old ones, which end. */
export function rotateInKeyFile(
  file: KeyFile,
  request: RotationRequest & { readonly id: string; readonly hash: string },
): Attempt<KeyFileEdit> {
  const { lines, source } = file;
  const { id, hash } = request;
  const same = lines.find((line) => line.hash === hash);
  if (same !== undefined) return { problem: sameKey(same.id, spanOf(file, same.hashAt)) };
  const found = findLines(file, id);
  if ('problem' in found) return found;
  const own = found.value;
  const last = own.at(-1);
  const rights = last === undefined ? [] : withoutTimes(last);
  const other = own.find((line) => !isDeepStrictEqual(withoutTimes(line), rights));
  if (other !== undefined)
    return {
      problem: {
        kind: 'wrong',
        message: `the keys of \`${id}\` have different rights, so those of a new one are not clear`,
        help: 'give its lines the same attributes; `not_before` and `not_after` may differ',
        at: { code: 'OC3008', span: spanOf(file, other.idAt) },
      },
    };
  const planned = planRotation(
    id,
    own.map((line) => timesOfRights(line.rights)),
    request,
  );
  if ('problem' in planned) return planned;
  const { fates, end, notAfter } = planned.value;
  const added: KeyFacts = { id, hash, rights: notAfter === undefined ? rights : withEnd(rights, notAfter) };
  const newLine = writeKeyLine(added);
  const fateOf = new Map(own.map((line, index) => [line, fates[index]]));

  const splices = own.flatMap((line): Splice[] => {
    const fate = fateOf.get(line);
    const range = { start: line.idAt.start, end: line.end };
    const ending = fate === 'end' ? [endLine(line, end)] : [];
    if (line === last)
      return fate === 'remove'
        ? [{ ...range, text: newLine }]
        : [...ending, insertLines(source.text, line.end, [newLine])];
    return fate === 'remove' ? [removeLines(source.text, range)] : ending;
  });
  const wanted = lines.flatMap((line): KeyFacts[] => {
    const fate = fateOf.get(line);
    const ended = fate === 'end' ? { ...factsOf(line), rights: withEnd(line.rights, end) } : factsOf(line);
    return [...(fate === 'remove' ? [] : [ended]), ...(line === last ? [added] : [])];
  });
  return { value: { text: finishEdit(file, splices, wanted), ends: timesOfRights(added.rights).until } };
}

function endLine(line: KeyLine, end: string): Splice {
  const place = line.places.get('not_after');
  return place === undefined ? insert(line.end, ` not_after=${end}`) : { ...place, text: end };
}

function withEnd(rights: readonly Right[], end: string): readonly Right[] {
  const added: Right = ['not_after', end];
  return rights.some(([name]) => name === 'not_after')
    ? rights.map((right) => (right[0] === 'not_after' ? added : right))
    : [...rights, added];
}

function withoutTimes(line: KeyLine): readonly Right[] {
  return line.rights.filter(([name]) => name !== 'not_before' && name !== 'not_after');
}
