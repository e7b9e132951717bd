-- What is answered to a request whose models are not allowed, or of which the gateway could not say for sure which
-- they are.

local _M = {}

local MALFORMED = "The name of the model has to be 1 to 256 bytes of UTF-8 without control characters."
local MULTIPART = "The body is not multipart/form-data that all servers read alike."
local HIDDEN = "This credential may be used for some models only, "
  .. "and the request does not show which of them would work."

-- By reason: the status if it is not 400, the code and the message. None repeats what the client sent.
local REFUSALS = {
  empty = { code = "invalid_json", message = "The body is blank; it has to be a JSON object." },
  not_json = { code = "invalid_json", message = "The body is not valid JSON." },
  not_an_object = { code = "invalid_json", message = "The body has to be a JSON object." },
  too_deep = { code = "invalid_json", message = "The body nests more than 128 levels." },
  not_multipart = { code = "invalid_multipart", message = MULTIPART },
  duplicate_model = { code = "duplicate_model", message = "The request names more than one model." },
  model_mismatch = { code = "model_mismatch", message = "Path, query and body of the request name different models." },
  model_in_other_case = {
    code = "invalid_model",
    message = "The request has a key that only some servers take for `model`; it has to be spelled just so.",
  },
  model_not_text = { code = "invalid_model", message = "The model has to be given as text." },
  model_malformed = { code = "invalid_model", message = MALFORMED },
  form_names_model = {
    code = "duplicate_model",
    message = "The body is JSON but sent as a form, and read as one it names another model; "
      .. "send it as application/json.",
  },
  two_content_types = { code = "invalid_content_type", message = "The request has more than one Content-Type." },
  unsupported_charset = { code = "unsupported_charset", message = "The body has to be in UTF-8." },
  unsupported_encoding = {
    status = 415,
    code = "unsupported_encoding",
    message = "The body must not be compressed: Content-Encoding is not supported.",
  },
  model_not_allowed = {
    status = 403,
    code = "model_not_allowed",
    message = "This credential may not be used for the model that was asked for.",
  },
  model_not_named = {
    status = 403,
    code = "model_not_named",
    message = "This credential may be used for some models only, and the request does not name one.",
  },
  tool_without_model = {
    status = 403,
    code = "model_not_named",
    message = "This credential may be used for some models only, and a tool of the request does not name its own.",
  },
  hidden_model = { status = 403, code = "model_not_visible", message = HIDDEN },
  too_many_models = { code = "too_many_models", message = "The body names more than 1,000 models." },
  unreadable = { status = 500, code = "internal_error", message = "The gateway could not read the body." },
}

-- The status, the code and the message for a reason.
function _M.of(reason)
  local refusal = REFUSALS[reason]
  return refusal.status or 400, refusal.code, refusal.message
end

return _M
