/** Names of headers and arguments that carry secrets, for values whose origin is not known. */
export const secretName = /key|token|secret|auth|passw|credential|cookie|session|signature/i;
