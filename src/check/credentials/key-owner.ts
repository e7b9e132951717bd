import type { CredentialReference } from '../../language/common/scalars.ts';
import type { ProviderName, ProviderPreset } from '../../language/upstreams/provider-presets.ts';
import { providerPresets } from '../../language/upstreams/provider-presets.ts';

const presets: Readonly<Record<ProviderName, ProviderPreset>> = providerPresets;

/** The provider whose key is kept under this well-known name of the environment. */
export function keyOwner({ source, name }: CredentialReference): ProviderName | undefined {
  if (source !== 'env') return undefined;
  return (Object.keys(presets) as ProviderName[]).find((provider) => presets[provider].environmentNames.includes(name));
}
