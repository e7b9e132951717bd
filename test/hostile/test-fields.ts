import { describe, test } from 'vitest';
import type { PlainValue } from '../../src/source/value-node.ts';
import { aroundField } from './around-field.ts';
import { type Field, ownText } from './fields.ts';
import { hostileFields } from './specs.ts';
import { hostileTexts } from './texts.ts';
import { withstand } from './withstand.ts';

/** One text in so many is tried in the whole spec: another one in each field. */
const wholeEach = 8;

/** Tries every text in every field of the specs that are chosen; in files of their own, so that two run at a time. */
export function testFields(isChosen: (spec: PlainValue) => boolean): void {
  const fields = hostileFields.filter(({ spec }) => isChosen(spec));
  describe('a hostile text is refused or stays one text', () => {
    test.each(fields.map((field, index) => [field.label, field, index] as const))('%s', (_label, field, index) => {
      const own = ownText(field);
      const around = aroundField(field);
      const withstandAll = (place: Field, texts: readonly string[]): void => {
        for (const text of texts.flatMap((each) => [each, own + each])) {
          try {
            withstand(place, text);
          } catch (error) {
            throw new Error(`${JSON.stringify(text).slice(0, 100)}`, { cause: error });
          }
        }
      };
      const isWhole = (_text: string, position: number) => position % wholeEach === index % wholeEach;
      withstandAll(field, hostileTexts.filter(isWhole));
      withstandAll(
        around,
        hostileTexts.filter((text, position) => !isWhole(text, position)),
      );
    });
  });
}
