/**
 * Directives of modules that openclaw uses and nginx does not bring, in the form of directives-data.ts.
 *
 * lua-nginx-module 0.10.13 to 0.10.32 (`since=` counts its own versions, the contexts are those of its command table,
 * src/ngx_http_lua_module.c). Left out: the `*_by_lua_block` forms, which openclaw never writes, and what needs OpenResty's
 * patches to nginx (`proxy_ssl_*_by_lua_file`, `lua_upstream_skip_openssl_default_verify`), which Debian's build lacks.
 * ngx_brotli 1.0.0rc (filter/ngx_http_brotli_filter_module.c, static/ngx_http_brotli_static_module.c).
 */
export const thirdPartyDirectivesData = `
access_by_lua http,server,location,if-in-location 1 module=lua
access_by_lua_file http,server,location,if-in-location 1 module=lua
access_by_lua_no_postpone http flag module=lua
balancer_by_lua_file upstream 1 module=lua
balancer_keepalive upstream 1 since=0.10.27 module=lua
body_filter_by_lua http,server,location,if-in-location 1 module=lua
body_filter_by_lua_file http,server,location,if-in-location 1 module=lua
content_by_lua location,if-in-location 1 module=lua
content_by_lua_file location,if-in-location 1 module=lua
exit_worker_by_lua_file http 1 since=0.10.18 module=lua
header_filter_by_lua http,server,location,if-in-location 1 module=lua
header_filter_by_lua_file http,server,location,if-in-location 1 module=lua
init_by_lua http 1 module=lua
init_by_lua_file http 1 module=lua
init_worker_by_lua http 1 module=lua
init_worker_by_lua_file http 1 module=lua
log_by_lua http,server,location,if-in-location 1 module=lua
log_by_lua_file http,server,location,if-in-location 1 module=lua
lua_capture_error_log http 1 module=lua
lua_check_client_abort http,server,location,if-in-location flag module=lua
lua_code_cache http,server,location,if-in-location flag module=lua
lua_http10_buffering http,server,location,if-in-location flag module=lua
lua_load_resty_core http flag since=0.10.15 module=lua
lua_malloc_trim http 1 module=lua
lua_max_pending_timers http 1 module=lua
lua_max_running_timers http 1 module=lua
lua_need_request_body http,server,location,if-in-location flag module=lua
lua_package_cpath http 1 module=lua
lua_package_path http 1 module=lua
lua_regex_cache_max_entries http 1 module=lua
lua_regex_match_limit http 1 module=lua
lua_sa_restart http flag since=0.10.14 module=lua
lua_shared_dict http 2 module=lua
lua_socket_buffer_size http,server,location,if-in-location 1 module=lua
lua_socket_connect_timeout http,server,location,if-in-location 1 module=lua
lua_socket_keepalive_timeout http,server,location,if-in-location 1 module=lua
lua_socket_log_errors http,server,location,if-in-location flag module=lua
lua_socket_pool_size http,server,location,if-in-location 1 module=lua
lua_socket_read_timeout http,server,location,if-in-location 1 module=lua
lua_socket_send_lowat http,server,location,if-in-location 1 module=lua
lua_socket_send_timeout http,server,location,if-in-location 1 module=lua
lua_ssl_certificate http,server,location 1 since=0.10.26 module=lua
lua_ssl_certificate_key http,server,location 1 since=0.10.26 module=lua
lua_ssl_ciphers http,server,location 1 module=lua
lua_ssl_conf_command http,server,location 2 since=0.10.21 module=lua
lua_ssl_crl http,server,location 1 module=lua
lua_ssl_key_log http,server,location 1 since=0.10.29 module=lua
lua_ssl_protocols http,server,location 1+ module=lua
lua_ssl_trusted_certificate http,server,location 1 module=lua
lua_ssl_verify_depth http,server,location 1 module=lua
lua_thread_cache_max_entries http 1 since=0.10.18 module=lua
lua_transform_underscores_in_response_headers http,server,location,if-in-location flag module=lua
lua_use_default_type http,server,location,if-in-location flag module=lua
lua_worker_thread_vm_pool_size http 1 since=0.10.21 module=lua
precontent_by_lua_file http,server,location,if-in-location 1 since=0.10.30 module=lua
precontent_by_lua_no_postpone http flag since=0.10.30 module=lua
rewrite_by_lua http,server,location,if-in-location 1 module=lua
rewrite_by_lua_file http,server,location,if-in-location 1 module=lua
rewrite_by_lua_no_postpone http flag module=lua
server_rewrite_by_lua_file http,server 1 since=0.10.23 module=lua
set_by_lua server,if-in-server,location,if-in-location 2+ module=lua
set_by_lua_file server,if-in-server,location,if-in-location 2+ module=lua
ssl_certificate_by_lua_file http,server 1 module=lua
ssl_client_hello_by_lua_file http,server 1 since=0.10.21 module=lua
ssl_session_fetch_by_lua_file http 1 module=lua
ssl_session_store_by_lua_file http 1 module=lua
brotli http,server,location,if-in-location flag module=brotli
brotli_buffers http,server,location 2 module=brotli
brotli_comp_level http,server,location 1 module=brotli
brotli_min_length http,server,location 1 module=brotli
brotli_static http,server,location 1 module=brotli
brotli_types http,server,location 1+ module=brotli
brotli_window http,server,location 1 module=brotli
`;
