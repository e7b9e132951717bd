/**
 * Query arguments in which servers take credentials, whoever they are: for upstreams that get a credential of ours, and
 * beside it no other. They are compared in any case, and decoded.
 */
export const credentialArguments: readonly string[] = [
  // RFC 6750 section 2.3
  'access_token',
  'api-key',
  'api_key',
  'apikey',
  // As openai 6.49 sends tokens to Azure's websockets.
  'authorization',
  // learn.microsoft.com/azure/api-management/api-management-subscriptions
  'subscription-key',
  // docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
  'x-amz-algorithm',
  'x-amz-credential',
  'x-amz-security-token',
  'x-amz-signature',
];
