/** Request headers in which clients or providers carry credentials. None of a client's ever reaches an upstream. */
export const credentialHeaders: readonly string[] = [
  'Authorization',
  'Proxy-Authorization',
  'Cookie',
  'X-Api-Key',
  'Api-Key',
  'X-Goog-Api-Key',
];
