import { moment } from '../language/common/access-scalars.ts';

/** Seconds since 1970 of a time as specs and key files write it. */
export function parseMoment(text: string): number | undefined {
  const result = moment.safeParse(text);
  return result.success ? result.data : undefined;
}

/** The shortest form that specs and key files take: midnight is a date alone. */
export function formatMoment(seconds: number): string {
  const iso = new Date(seconds * 1000).toISOString().replace('.000Z', 'Z');
  return iso.replace('T00:00:00Z', '');
}
