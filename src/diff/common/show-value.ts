import { durationText, sizeText } from '../../nginx/token.ts';
import type { PlainValue } from '../../source/value-node.ts';

export const showDuration = (milliseconds: number): string => durationText(milliseconds);
export const showSize = (bytes: number): string => sizeText(bytes);

/** A value of the model as a person would write it. */
export function showValue(value: PlainValue | undefined): string {
  if (value === undefined || value === null) return 'none';
  if (typeof value === 'boolean') return value ? 'on' : 'off';
  if (Array.isArray(value)) return value.length === 0 ? 'none' : value.map(showValue).join(', ');
  if (typeof value === 'object')
    return Object.entries(value)
      .map(([key, item]) => `${key} ${showValue(item)}`)
      .join(', ');
  return String(value);
}
