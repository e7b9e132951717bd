import stringWidth from 'string-width';
import { secretsWithin } from './secret-texts.ts';
import type { Range, SourceFile } from './source-file.ts';
import { isInvisible, spell } from './visible-text.ts';

/** What is shown for a range of the source: one character with the marks that join it, a spelled one, a tab, or a hidden secret. */
export interface Cell extends Range {
  readonly text: string;
  /** First column, from 0. */
  readonly column: number;
  readonly width: number;
}

const tabWidth = 4;
/** Longer secrets look like this one, so that their length stays secret too. */
const maxMask = 8;

/** A part of one line as it is shown; `range` is the line, or the part of a very long one that matters. */
export function lineCells(source: SourceFile, range: Range): readonly Cell[] {
  const cells: Cell[] = [];
  let column = 0;
  const push = (start: number, end: number, text: string, width: number): void => {
    cells.push({ start, end, text, column, width });
    column += width;
  };
  const secrets = secretsWithin(source, range);
  let secret = 0;
  let at = range.start;
  while (at < range.end) {
    const hidden = secrets[secret];
    if (hidden && hidden.end <= at) {
      secret += 1;
      continue;
    }
    if (hidden && hidden.start <= at) {
      const end = Math.min(hidden.end, range.end);
      const width = Math.min(hidden.end - hidden.start, maxMask);
      push(at, end, '•'.repeat(width), width);
      at = end;
      continue;
    }
    const character = String.fromCodePoint(source.text.codePointAt(at) ?? 0);
    const end = at + character.length;
    if (character === '\t') {
      const width = tabWidth - (column % tabWidth);
      push(at, end, ' '.repeat(width), width);
    } else if (isInvisible(character)) {
      const text = spell(character);
      push(at, end, text, text.length);
    } else {
      const joined = characterAt(source.text, at, Math.min(hidden?.start ?? range.end, range.end));
      push(at, at + joined.length, joined, stringWidth(joined));
      at += joined.length;
      continue;
    }
    at = end;
  }
  return cells;
}

const segmenter = new Intl.Segmenter('en', { granularity: 'grapheme' });
/** More code units than any character of a natural language has. */
const longestCharacter = 64;

/** What a person takes for one character: with its accents, or the two letters of a flag; invisible ones stand alone. */
function characterAt(text: string, start: number, end: number): string {
  const first = String.fromCodePoint(text.codePointAt(start) ?? 0);
  const next = start + first.length;
  if (next >= end || text.charCodeAt(next) < firstJoining) return first;
  const part = text.slice(start, Math.min(end, start + longestCharacter));
  const joined = segmenter.segment(part).containing(0)?.segment ?? first;
  return [...joined].some(isInvisible) ? first : joined;
}

/** No character before the combining diacritical marks joins the one before it. */
const firstJoining = 0x300;
