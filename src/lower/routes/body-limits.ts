import type { Token } from '../../nginx/token.ts';
import { mapRegex, text, variable } from '../../nginx/token.ts';
import type { MapView } from '../common/map-view.ts';
import { mapView } from '../common/map-view.ts';

export interface BodyLimits {
  /** The variable that is `1` when Content-Length says more than `bytes`. */
  variableFor(bytes: number): Token;
  readonly views: readonly MapView[];
}

/**
 * nginx compares Content-Length with `client_max_body_size` before a handler is picked, so an entry lets the largest
 * body of its handlers through and a stricter handler looks again (ngx_http_core_find_config_phase).
 */
export function createBodyLimits(): BodyLimits {
  const variables = new Map<number, Token>();
  const views: MapView[] = [];
  return {
    views,
    variableFor(bytes) {
      const known = variables.get(bytes);
      if (known !== undefined) return known;
      const created = variable(`openclaw_body_over_${bytes}`);
      variables.set(bytes, created);
      views.push(
        mapView({
          source: variable('http_content_length'),
          variable: created,
          otherwise: text('0'),
          entries: [{ key: mapRegex(`\\A0*(?:${numbersAbove(bytes)})\\z`), value: text('1') }],
        }),
      );
      return created;
    },
  };
}

/** An expression for the decimal numbers above `limit`: longer ones, and equally long ones with a larger digit. */
export function numbersAbove(limit: number): string {
  const digits = String(limit);
  const larger = [...digits].flatMap((digit, index) => {
    if (digit === '9') return [];
    const rest = digits.length - index - 1;
    return [
      `${digits.slice(0, index)}${digit === '8' ? '9' : `[${Number(digit) + 1}-9]`}${rest === 0 ? '' : rest === 1 ? '[0-9]' : `[0-9]{${rest}}`}`,
    ];
  });
  return [...larger, `[1-9][0-9]{${digits.length},}`].join('|');
}
