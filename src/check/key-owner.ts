import type { ProviderName, ProviderPreset } from '../spec/provider-presets.ts';
import { providerPresets } from '../spec/provider-presets.ts';
import type { CredentialReference } from '../spec/scalars.ts';

const presets: Readonly<Record<ProviderName, ProviderPreset>> = providerPresets;

/** The provider whose key is kept under this well-known name of the environment. */
export function keyOwner({ source, name }: CredentialReference): ProviderName | undefined {
  if (source !== 'env') return undefined;
  return (Object.keys(presets) as ProviderName[]).find((provider) => presets[provider].environmentNames.includes(name));
}
