/**
 * A throwaway certificate for `localhost` and its key, which open nothing: `validate` puts them where a spec names real
 * ones, so that nginx can be tested without any secret. Made once with
 * `openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 36500 -subj /CN=openclaw-stub`.
 */
export const stubCertificate = `-----BEGIN CERTIFICATE-----
MIIBnTCCAUOgAwIBAgIUSycbyl1FSnwqfMXV8egnJ3g+bAMwCgYIKoZIzj0EAwIw
GDEWMBQGA1UEAwwNb3BlbmNsYXctc3R1YjAgFw0yNjExMjMxMzExMDRaGA8yMTI2
MTAzMDEzMTEwNFowGDEWMBQGA1UEAwwNb3BlbmNsYXctc3R1YjBZMBMGByqGSM49
AgEGCCqGSM49AwEHA0IABBVM/5BcPtIqRI1zCeHiA5AgK4IElBqnAyRU5CkWXeCP
THIVp6liksYM6MDNF9F+nj67DRgJ/3somdSwhym6N9KjaTBnMB0GA1UdDgQWBBTB
4f1UNNR1nOsoELwr5OtZKIlqsDAfBgNVHSMEGDAWgBTB4f1UNNR1nOsoELwr5OtZ
KIlqsDAPBgNVHRMBAf8EBTADAQH/MBQGA1UdEQQNMAuCCWxvY2FsaG9zdDAKBggq
hkjOPQQDAgNIADBFAiEAjcaVW68wB4NxBffihX4MIAmlALS0AcrtflrRPlI/K14C
IF0EHXYJ5QoyyvdC2JfHm9k5O3jBRfg0U4li9WVHqtGA
-----END CERTIFICATE-----
`;

/** Public, as it stands in this file: never use it for anything else. */
export const stubCertificateKey = `-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgZkjLTxIatZB3Zrlo
skkqlr3v8xWocfJcwLoTGzEXEO+hRANCAAQVTP+QXD7SKkSNcwnh4gOQICuCBJQa
pwMkVOQpFl3gj0xyFaepYpLGDOjAzRfRfp4+uw0YCf97KJnUsIcpujfS
-----END PRIVATE KEY-----
`;

/** That none of its certificates is revoked, made with `openssl ca -gencrl -crldays 36500`: nginx 1.30 takes nothing else for such a list. */
export const stubRevocations = `-----BEGIN X509 CRL-----
MIGeMEYwCgYIKoZIzj0EAwIwGDEWMBQGA1UEAwwNb3BlbmNsYXctc3R1YhcNMjYx
MTIzMTU0NzUzWhgPMjEyNjEwMzAxNTQ3NTNaMAoGCCqGSM49BAMCA0gAMEUCIAXA
6VH7NtX3qeQCqQmuq5ebT/w4Y/kCwdqVPvF1hZ3oAiEA8P2b9OyilJVd9G2pFIjg
yoG3oCiH8Te4S7aVXubzzwo=
-----END X509 CRL-----
`;
