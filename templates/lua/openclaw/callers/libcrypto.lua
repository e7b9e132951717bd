-- Signatures by the libcrypto that nginx links: only functions that OpenSSL 1.1.1 and 3 have and do not deprecate.
-- Errors are cleared each time: nginx would log what it finds in the queue at the next TLS connection of somebody else.

local ffi = require "ffi"

local gc, new, to_string = ffi.gc, ffi.new, ffi.string
local pcall = pcall

local _M = {}

ffi.cdef [[
void ERR_clear_error(void);
const void *EVP_sha256(void);
void EVP_PKEY_free(void *key);
void *d2i_PUBKEY(void **key, const unsigned char **from, long length);
int i2d_PUBKEY(const void *key, unsigned char **to);
void *d2i_X509(void **certificate, const unsigned char **from, long length);
void *X509_get_pubkey(void *certificate);
void X509_free(void *certificate);
void *EVP_MD_CTX_new(void);
void EVP_MD_CTX_free(void *context);
int EVP_DigestVerifyInit(void *context, void **parameters, const void *digest, void *engine, void *key);
int EVP_DigestVerify(void *context, const unsigned char *signature, size_t signature_length,
  const unsigned char *data, size_t data_length);
int EVP_PKEY_CTX_ctrl_str(void *parameters, const char *name, const char *value);
unsigned char *HMAC(const void *digest, const void *key, int key_length, const unsigned char *data, size_t length,
  unsigned char *code, unsigned int *code_length);
]]

local C = ffi.C
local cursor = new("const unsigned char *[1]")
local target = new("unsigned char *[1]")
local parameters = new("void *[1]")
local code = new("unsigned char[32]")

local function has(symbol)
  return (pcall(function()
    return C[symbol]
  end))
end

-- Not in OpenSSL before 1.1.1: then there is no key that could be used.
local has_verify = has "EVP_DigestVerify"
-- Not in BoringSSL.
local has_parameters = has "EVP_PKEY_CTX_ctrl_str"

-- A key from a SubjectPublicKeyInfo in DER, or nil when libcrypto refuses it, such as a point that is not on its curve.
function _M.load(info)
  if not has_verify then
    return nil
  end
  cursor[0] = info
  local key = C.d2i_PUBKEY(nil, cursor, #info)
  C.ERR_clear_error()
  return key ~= nil and gc(key, C.EVP_PKEY_free) or nil
end

-- The SubjectPublicKeyInfo of a certificate in DER, or nil. Neither its dates nor its issuer are looked at.
function _M.certificate_key(certificate)
  cursor[0] = certificate
  local parsed = C.d2i_X509(nil, cursor, #certificate)
  local key = parsed ~= nil and C.X509_get_pubkey(parsed) or nil
  local size = key ~= nil and C.i2d_PUBKEY(key, nil) or 0
  local info
  if size > 0 then
    local bytes = new("unsigned char[?]", size)
    target[0] = bytes
    C.i2d_PUBKEY(key, target)
    info = to_string(bytes, size)
  end
  C.EVP_PKEY_free(key)
  C.X509_free(parsed)
  C.ERR_clear_error()
  return info
end

local function set_pss()
  -- EVP_PKEY_CTX_set_rsa_padding and its kin are macros in 1.1.1.
  return has_parameters and C.EVP_PKEY_CTX_ctrl_str(parameters[0], "rsa_padding_mode", "pss") > 0
    and C.EVP_PKEY_CTX_ctrl_str(parameters[0], "rsa_pss_saltlen", "digest") > 0
end

-- How libcrypto is told about a signature: by SHA-256 or by none of its own (Ed25519), with RSASSA-PSS or without.
_M.SHA256 = { digest = true }
_M.SHA256_PSS = { digest = true, pss = true }
_M.PURE = {}

-- Whether a signature of `data` was made by the owner of this key.
function _M.verify(key, scheme, data, signature)
  local context = C.EVP_MD_CTX_new()
  if context == nil then
    return false
  end
  local digest = scheme.digest and C.EVP_sha256() or nil
  local valid = C.EVP_DigestVerifyInit(context, parameters, digest, nil, key) == 1
    and (not scheme.pss or set_pss())
    and C.EVP_DigestVerify(context, signature, #signature, data, #data) == 1
  C.EVP_MD_CTX_free(context)
  C.ERR_clear_error()
  return valid
end

-- The 32 bytes of an HMAC with SHA-256 (RFC 2104).
function _M.hmac_sha256(secret, data)
  C.HMAC(C.EVP_sha256(), secret, #secret, data, #data, code, nil)
  return to_string(code, 32)
end

return _M
