import type { Spec } from '../../language/spec.ts';
import type { Timeouts } from '../common/gateway.ts';

/** Waiting for the first token of a long prompt takes minutes, and so may a pause in its answer. */
const usualIdle = 300_000;

export function resolveTimeouts(section: Spec['routes'][number]['timeouts'] = {}): Timeouts {
  const idle = section.idle ?? usualIdle;
  return {
    connect: section.connect ?? 5000,
    firstByte: section.first_byte ?? idle,
    idle,
    send: section.send ?? 60_000,
    total: section.total ?? null,
    client: section.client ?? null,
  };
}
