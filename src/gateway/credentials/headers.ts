/** Request headers in which clients or providers carry credentials. None of a client's ever reaches an upstream. */
export const credentialHeaders: readonly string[] = [
  'Authorization',
  'Proxy-Authorization',
  'Cookie',
  'X-Api-Key',
  'Api-Key',
  'X-Goog-Api-Key',
  // learn.microsoft.com/azure/api-management/api-management-subscriptions
  'Ocp-Apim-Subscription-Key',
  // learn.microsoft.com/azure/azure-resource-manager/management/authenticate-multi-tenant
  'X-Ms-Authorization-Auxiliary',
  // docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv.html
  'X-Amz-Security-Token',
  'X-Amz-Date',
  'X-Amz-Content-Sha256',
];

/**
 * Request headers that say for which account a credential is used. With a key that is not of that account they make the
 * provider refuse it, and with one that is they choose who pays: so they go where the credential goes, and none of a
 * client's ever reaches an upstream.
 */
export const accountHeaders: readonly string[] = [
  // platform.openai.com/docs/api-reference/authentication, as openai 6.49 sends them
  'OpenAI-Organization',
  'OpenAI-Project',
  // As OpenAI's Codex CLI sends it.
  'ChatGPT-Account-Id',
  // As @anthropic-ai/sdk 1.14 sends them.
  'Anthropic-Workspace-Id',
  'Anthropic-Organization-Id',
  'Anthropic-User-Profile-Id',
  // cloud.google.com/apis/docs/system-parameters, as @google/genai 2.32 sends the first
  'X-Goog-User-Project',
  'X-Goog-Quota-User',
];
