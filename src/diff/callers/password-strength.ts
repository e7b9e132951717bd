/** A kind of password hash (crypt(5)) and how much work one guess is, within its kind. */
export interface PasswordStrength {
  readonly name: string;
  readonly kind: number;
  readonly cost: number;
}

/** Kinds from the weakest to the strongest. */
const kinds: readonly (readonly [pattern: RegExp, name: string, usualCost: number])[] = [
  [/^\$apr1\$/, 'apr1', 0],
  [/^\$[56]\$(?:rounds=(\d+)\$)?/, 'SHA-crypt', 5000],
  [/^\$2[aby]\$(\d\d)\$/, 'bcrypt', 0],
  [/^\$y\$/, 'yescrypt', 0],
];

export function strengthOf(hash: string): PasswordStrength {
  for (const [kind, [pattern, name, usualCost]] of kinds.entries()) {
    const match = pattern.exec(hash);
    if (match === null) continue;
    const cost = match[1] === undefined ? usualCost : Number(match[1]);
    return { name: cost === 0 ? name : `${name} ${cost}`, kind, cost };
  }
  return { name: 'unknown', kind: -1, cost: 0 };
}

export function isWeaker(one: PasswordStrength, other: PasswordStrength): boolean {
  return one.kind < other.kind || (one.kind === other.kind && one.cost < other.cost);
}
