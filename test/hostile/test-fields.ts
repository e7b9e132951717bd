import { describe, test } from 'vitest';
import type { PlainValue } from '../../src/source/value-node.ts';
import { ownText } from './fields.ts';
import { hostileFields } from './specs.ts';
import { hostileTexts } from './texts.ts';
import { withstand } from './withstand.ts';

/** Tries every text in every field of the specs that are chosen; in files of their own, so that two run at a time. */
export function testFields(isChosen: (spec: PlainValue) => boolean): void {
  const fields = hostileFields.filter(({ spec }) => isChosen(spec));
  describe('a hostile text is refused or stays one text', () => {
    test.each(fields.map((field) => [field.label, field] as const))('%s', (_label, field) => {
      const own = ownText(field);
      for (const text of hostileTexts) {
        for (const whole of [text, own + text]) {
          try {
            withstand(field, whole);
          } catch (error) {
            throw new Error(`${JSON.stringify(whole).slice(0, 100)}`, { cause: error });
          }
        }
      }
    });
  });
}
