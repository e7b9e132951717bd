local _M = {}
function _M.beginning() end
return _M
