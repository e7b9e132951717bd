import type { LowerContext } from '../common/context.ts';
import type { SomeNeeds } from '../common/needs.ts';

/** Brotli is a module of its own; gzip is part of nginx. */
export function needsOfCompression({ gateway, capabilities }: LowerContext): SomeNeeds {
  const usesBrotli = gateway.compression.brotli !== null && capabilities.brotli;
  return { modules: usesBrotli ? ['ngx_http_brotli_filter_module'] : [] };
}
