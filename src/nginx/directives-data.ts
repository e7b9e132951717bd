/**
 * nginx's directives, one a line: name, contexts, parameters, then `since=` and `until=` (first and last release that has
 * it, where not all from 1.18.0 on do) and `module=` (where a build may lack it). Written by scripts/generate-directives.js
 * from the command tables of nginx 1.18.0 to 1.31.4; do not edit. What distributions backport is not in it, such as
 * `max_headers` in Debian's 1.22.1 and 1.26.3.
 */
export const directivesData = `
absolute_redirect http,server,location flag
accept_mutex events flag
accept_mutex_delay events 1
access_log http,server,location,if-in-location,limit_except 1+
add_after_body http,server,location 1
add_before_body http,server,location 1
add_header http,server,location,if-in-location 2-3
add_header_inherit http,server,location,if-in-location 1 since=1.29.3
add_trailer http,server,location,if-in-location 2-3
add_trailer_inherit http,server,location,if-in-location 1 since=1.29.3
addition_types http,server,location 1+
aio http,server,location 1
aio_write http,server,location flag
alias location 1
allow http,server,location,limit_except 1
ancient_browser http,server,location 1+
ancient_browser_value http,server,location 1
auth_basic http,server,location,limit_except 1
auth_basic_user_file http,server,location,limit_except 1
auth_delay http,server,location 1
auth_request http,server,location 1
auth_request_set http,server,location 2
autoindex http,server,location flag
autoindex_exact_size http,server,location flag
autoindex_format http,server,location 1
autoindex_localtime http,server,location flag
break server,if-in-server,location,if-in-location 0
charset http,server,location,if-in-location 1
charset_map http block,2
charset_types http,server,location 1+
chunked_transfer_encoding http,server,location flag
client_body_buffer_size http,server,location 1
client_body_in_file_only http,server,location 1
client_body_in_single_buffer http,server,location flag
client_body_temp_path http,server,location 1-4
client_body_timeout http,server,location 1
client_header_buffer_size http,server 1
client_header_timeout http,server 1
client_max_body_size http,server,location 1
connection_pool_size http,server 1
create_full_put_path http,server,location flag
daemon main flag
dav_access http,server,location 1-3
dav_methods http,server,location 1+
debug_connection events 1
debug_points main 1
default_type http,server,location 1
deny http,server,location,limit_except 1
directio http,server,location 1
directio_alignment http,server,location 1
disable_symlinks http,server,location 1-2
early_hints http,server,location 1+ since=1.29.0
empty_gif location 0
env main 1
epoll_events events 1
error_log http,server,location 1+
error_log main 1+
error_page http,server,location,if-in-location 2+
etag http,server,location flag
events main block,0
expires http,server,location,if-in-location 1-2
fastcgi_bind http,server,location 1-2
fastcgi_buffer_size http,server,location 1
fastcgi_buffering http,server,location flag
fastcgi_buffers http,server,location 2
fastcgi_busy_buffers_size http,server,location 1
fastcgi_cache http,server,location 1
fastcgi_cache_background_update http,server,location flag
fastcgi_cache_bypass http,server,location 1+
fastcgi_cache_key http,server,location 1
fastcgi_cache_lock http,server,location flag
fastcgi_cache_lock_age http,server,location 1
fastcgi_cache_lock_timeout http,server,location 1
fastcgi_cache_max_range_offset http,server,location 1
fastcgi_cache_methods http,server,location 1+
fastcgi_cache_min_uses http,server,location 1
fastcgi_cache_path http 2+
fastcgi_cache_revalidate http,server,location flag
fastcgi_cache_use_stale http,server,location 1+
fastcgi_cache_valid http,server,location 1+
fastcgi_catch_stderr http,server,location 1
fastcgi_connect_timeout http,server,location 1
fastcgi_force_ranges http,server,location flag
fastcgi_hide_header http,server,location 1
fastcgi_ignore_client_abort http,server,location flag
fastcgi_ignore_headers http,server,location 1+
fastcgi_index http,server,location 1
fastcgi_intercept_errors http,server,location flag
fastcgi_keep_conn http,server,location flag
fastcgi_limit_rate http,server,location 1
fastcgi_max_temp_file_size http,server,location 1
fastcgi_next_upstream http,server,location 1+
fastcgi_next_upstream_timeout http,server,location 1
fastcgi_next_upstream_tries http,server,location 1
fastcgi_no_cache http,server,location 1+
fastcgi_param http,server,location 2-3
fastcgi_pass location,if-in-location 1
fastcgi_pass_header http,server,location 1
fastcgi_pass_request_body http,server,location flag
fastcgi_pass_request_headers http,server,location flag
fastcgi_read_timeout http,server,location 1
fastcgi_request_buffering http,server,location flag
fastcgi_send_lowat http,server,location 1
fastcgi_send_timeout http,server,location 1
fastcgi_socket_keepalive http,server,location flag
fastcgi_socket_rcvbuf http,server,location 1 since=1.31.3
fastcgi_socket_sndbuf http,server,location 1 since=1.31.3
fastcgi_split_path_info http,server,location 1
fastcgi_store http,server,location 1
fastcgi_store_access http,server,location 1-3
fastcgi_temp_file_write_size http,server,location 1
fastcgi_temp_path http,server,location 1-4
flv location 0
geo http block,1-2
grpc_bind http,server,location 1-2
grpc_buffer_size http,server,location 1
grpc_connect_timeout http,server,location 1
grpc_hide_header http,server,location 1
grpc_ignore_headers http,server,location 1+
grpc_intercept_errors http,server,location flag
grpc_next_upstream http,server,location 1+
grpc_next_upstream_timeout http,server,location 1
grpc_next_upstream_tries http,server,location 1
grpc_pass location,if-in-location 1
grpc_pass_header http,server,location 1
grpc_read_timeout http,server,location 1
grpc_send_timeout http,server,location 1
grpc_set_header http,server,location 2
grpc_socket_keepalive http,server,location flag
grpc_socket_rcvbuf http,server,location 1 since=1.31.3
grpc_socket_sndbuf http,server,location 1 since=1.31.3
grpc_ssl_certificate http,server,location 1
grpc_ssl_certificate_cache http,server,location 1-3 since=1.27.4
grpc_ssl_certificate_key http,server,location 1
grpc_ssl_ciphers http,server,location 1
grpc_ssl_conf_command http,server,location 2 since=1.19.4
grpc_ssl_crl http,server,location 1
grpc_ssl_name http,server,location 1
grpc_ssl_password_file http,server,location 1
grpc_ssl_protocols http,server,location 1+
grpc_ssl_server_name http,server,location flag
grpc_ssl_session_reuse http,server,location flag
grpc_ssl_trusted_certificate http,server,location 1
grpc_ssl_verify http,server,location flag
grpc_ssl_verify_depth http,server,location 1
gunzip http,server,location flag
gunzip_buffers http,server,location 2
gzip http,server,location,if-in-location flag
gzip_buffers http,server,location 2
gzip_comp_level http,server,location 1
gzip_disable http,server,location 1+
gzip_hash http,server,location 1
gzip_http_version http,server,location 1
gzip_min_length http,server,location 1
gzip_no_buffer http,server,location flag
gzip_proxied http,server,location 1+
gzip_static http,server,location 1
gzip_types http,server,location 1+
gzip_vary http,server,location flag
gzip_window http,server,location 1
hash upstream 1-2
http main block,0
http2 http,server flag since=1.25.1 module=http_v2
http2_body_preread_size http,server 1 module=http_v2
http2_chunk_size http,server,location 1 module=http_v2
http2_idle_timeout http,server 1 module=http_v2
http2_max_concurrent_pushes http,server 1 module=http_v2
http2_max_concurrent_streams http,server 1 module=http_v2
http2_max_field_size http,server 1 module=http_v2
http2_max_header_size http,server 1 module=http_v2
http2_max_requests http,server 1 module=http_v2
http2_pool_size http,server 1 module=http_v2
http2_push http,server,location 1 module=http_v2
http2_push_preload http,server,location flag module=http_v2
http2_recv_buffer_size http 1 module=http_v2
http2_recv_timeout http,server 1 module=http_v2
http2_streams_index_size http,server 1 module=http_v2
http3 http,server flag since=1.25.0 module=http_v3
http3_hq http,server flag since=1.25.0 module=http_v3
http3_max_concurrent_streams http,server 1 since=1.25.0 module=http_v3
http3_stream_buffer_size http,server 1 since=1.25.0 module=http_v3
if server,location block,1+
if_modified_since http,server,location 1
ignore_invalid_headers http,server flag
include any 1
index http,server,location 1+
internal location 0
ip_hash upstream 0
keepalive upstream 1 until=1.29.6
keepalive upstream 1-2 since=1.29.7
keepalive_disable http,server,location 1-2
keepalive_min_timeout http,server,location 1 since=1.27.4
keepalive_requests http,server,location 1
keepalive_requests upstream 1
keepalive_time http,server,location 1 since=1.19.10
keepalive_time upstream 1 since=1.19.10
keepalive_timeout http,server,location 1-2
keepalive_timeout upstream 1
large_client_header_buffers http,server 2
least_conn upstream 0
least_time upstream 1-2 since=1.31.0
limit_conn http,server,location 2
limit_conn_dry_run http,server,location flag
limit_conn_log_level http,server,location 1
limit_conn_status http,server,location 1
limit_conn_zone http 2
limit_except location block,1+
limit_rate http,server,location,if-in-location 1
limit_rate_after http,server,location,if-in-location 1
limit_req http,server,location 1-3
limit_req_dry_run http,server,location flag
limit_req_log_level http,server,location 1
limit_req_status http,server,location 1
limit_req_zone http 3
lingering_close http,server,location 1
lingering_time http,server,location 1
lingering_timeout http,server,location 1
listen server 1+
load_module main 1
location server,location block,1-2
lock_file main 1
log_format http 2+
log_not_found http,server,location flag
log_subrequest http,server,location flag
map http block,2
map_hash_bucket_size http 1
map_hash_max_size http 1
master_process main flag
max_headers http,server 1 since=1.29.8
max_ranges http,server,location 1
memcached_bind http,server,location 1-2
memcached_buffer_size http,server,location 1
memcached_connect_timeout http,server,location 1
memcached_gzip_flag http,server,location 1
memcached_next_upstream http,server,location 1+
memcached_next_upstream_timeout http,server,location 1
memcached_next_upstream_tries http,server,location 1
memcached_pass location,if-in-location 1
memcached_read_timeout http,server,location 1
memcached_send_timeout http,server,location 1
memcached_socket_keepalive http,server,location flag
merge_slashes http,server flag
min_delete_depth http,server,location 1
mirror http,server,location 1
mirror_request_body http,server,location flag
modern_browser http,server,location 1-2
modern_browser_value http,server,location 1
mp4 location 0
mp4_buffer_size http,server,location 1
mp4_max_buffer_size http,server,location 1
mp4_start_key_frame http,server,location flag since=1.21.4
msie_padding http,server,location flag
msie_refresh http,server,location flag
multi_accept events flag
open_file_cache http,server,location 1-2
open_file_cache_errors http,server,location flag
open_file_cache_events http,server,location flag
open_file_cache_min_uses http,server,location 1
open_file_cache_valid http,server,location 1
open_log_file_cache http,server,location 1-4
output_buffers http,server,location 2
override_charset http,server,location,if-in-location flag
pcre_jit main flag
pid main 1
port_in_redirect http,server,location flag
post_action http,server,location,if-in-location 1
postpone_gzipping http,server,location 1
postpone_output http,server,location 1
proxy_bind http,server,location 1-2
proxy_buffer_size http,server,location 1
proxy_buffering http,server,location flag
proxy_buffers http,server,location 2
proxy_busy_buffers_size http,server,location 1
proxy_cache http,server,location 1
proxy_cache_background_update http,server,location flag
proxy_cache_bypass http,server,location 1+
proxy_cache_convert_head http,server,location flag
proxy_cache_key http,server,location 1
proxy_cache_lock http,server,location flag
proxy_cache_lock_age http,server,location 1
proxy_cache_lock_timeout http,server,location 1
proxy_cache_max_range_offset http,server,location 1
proxy_cache_methods http,server,location 1+
proxy_cache_min_uses http,server,location 1
proxy_cache_path http 2+
proxy_cache_revalidate http,server,location flag
proxy_cache_use_stale http,server,location 1+
proxy_cache_valid http,server,location 1+
proxy_connect_timeout http,server,location 1
proxy_cookie_domain http,server,location 1-2
proxy_cookie_flags http,server,location 1-4 since=1.19.3
proxy_cookie_path http,server,location 1-2
proxy_force_ranges http,server,location flag
proxy_headers_hash_bucket_size http,server,location 1
proxy_headers_hash_max_size http,server,location 1
proxy_hide_header http,server,location 1
proxy_http_version http,server,location 1
proxy_ignore_client_abort http,server,location flag
proxy_ignore_headers http,server,location 1+
proxy_intercept_errors http,server,location flag
proxy_limit_rate http,server,location 1
proxy_max_temp_file_size http,server,location 1
proxy_method http,server,location 1
proxy_next_upstream http,server,location 1+
proxy_next_upstream_timeout http,server,location 1
proxy_next_upstream_tries http,server,location 1
proxy_no_cache http,server,location 1+
proxy_pass location,if-in-location,limit_except 1
proxy_pass_header http,server,location 1
proxy_pass_request_body http,server,location flag
proxy_pass_request_headers http,server,location flag
proxy_pass_trailers http,server,location flag since=1.27.2
proxy_read_timeout http,server,location 1
proxy_redirect http,server,location 1-2
proxy_request_buffering http,server,location flag
proxy_send_lowat http,server,location 1
proxy_send_timeout http,server,location 1
proxy_set_body http,server,location 1
proxy_set_header http,server,location 2
proxy_socket_keepalive http,server,location flag
proxy_socket_rcvbuf http,server,location 1 since=1.31.3
proxy_socket_sndbuf http,server,location 1 since=1.31.3
proxy_ssl_certificate http,server,location 1
proxy_ssl_certificate_cache http,server,location 1-3 since=1.27.4
proxy_ssl_certificate_key http,server,location 1
proxy_ssl_ciphers http,server,location 1
proxy_ssl_conf_command http,server,location 2 since=1.19.4
proxy_ssl_crl http,server,location 1
proxy_ssl_name http,server,location 1
proxy_ssl_password_file http,server,location 1
proxy_ssl_protocols http,server,location 1+
proxy_ssl_server_name http,server,location flag
proxy_ssl_session_reuse http,server,location flag
proxy_ssl_trusted_certificate http,server,location 1
proxy_ssl_verify http,server,location flag
proxy_ssl_verify_depth http,server,location 1
proxy_store http,server,location 1
proxy_store_access http,server,location 1-3
proxy_temp_file_write_size http,server,location 1
proxy_temp_path http,server,location 1-4
quic_active_connection_id_limit http,server 1 since=1.25.0 module=http_v3
quic_bpf main flag since=1.25.0 module=http_v3
quic_gso http,server flag since=1.25.0 module=http_v3
quic_host_key http,server 1 since=1.25.0 module=http_v3
quic_retry http,server flag since=1.25.0 module=http_v3
random upstream 0-2
random_index location flag
read_ahead http,server,location 1
real_ip_header http,server,location 1
real_ip_recursive http,server,location flag
recursive_error_pages http,server,location flag
referer_hash_bucket_size server,location 1
referer_hash_max_size server,location 1
request_pool_size http,server 1
reset_timedout_connection http,server,location flag
resolver http,server,location 1+
resolver upstream 1+ since=1.27.3
resolver_timeout http,server,location 1
resolver_timeout upstream 1 since=1.27.3
return server,if-in-server,location,if-in-location 1-2
rewrite server,if-in-server,location,if-in-location 2-3
rewrite_log http,server,if-in-server,location,if-in-location flag
root http,server,location,if-in-location 1
satisfy http,server,location 1
scgi_bind http,server,location 1-2
scgi_buffer_size http,server,location 1
scgi_buffering http,server,location flag
scgi_buffers http,server,location 2
scgi_busy_buffers_size http,server,location 1
scgi_cache http,server,location 1
scgi_cache_background_update http,server,location flag
scgi_cache_bypass http,server,location 1+
scgi_cache_key http,server,location 1
scgi_cache_lock http,server,location flag
scgi_cache_lock_age http,server,location 1
scgi_cache_lock_timeout http,server,location 1
scgi_cache_max_range_offset http,server,location 1
scgi_cache_methods http,server,location 1+
scgi_cache_min_uses http,server,location 1
scgi_cache_path http 2+
scgi_cache_revalidate http,server,location flag
scgi_cache_use_stale http,server,location 1+
scgi_cache_valid http,server,location 1+
scgi_connect_timeout http,server,location 1
scgi_force_ranges http,server,location flag
scgi_hide_header http,server,location 1
scgi_ignore_client_abort http,server,location flag
scgi_ignore_headers http,server,location 1+
scgi_intercept_errors http,server,location flag
scgi_limit_rate http,server,location 1
scgi_max_temp_file_size http,server,location 1
scgi_next_upstream http,server,location 1+
scgi_next_upstream_timeout http,server,location 1
scgi_next_upstream_tries http,server,location 1
scgi_no_cache http,server,location 1+
scgi_param http,server,location 2-3
scgi_pass location,if-in-location 1
scgi_pass_header http,server,location 1
scgi_pass_request_body http,server,location flag
scgi_pass_request_headers http,server,location flag
scgi_read_timeout http,server,location 1
scgi_request_buffering http,server,location flag
scgi_send_timeout http,server,location 1
scgi_socket_keepalive http,server,location flag
scgi_socket_rcvbuf http,server,location 1 since=1.31.3
scgi_socket_sndbuf http,server,location 1 since=1.31.3
scgi_store http,server,location 1
scgi_store_access http,server,location 1-3
scgi_temp_file_write_size http,server,location 1
scgi_temp_path http,server,location 1-4
secure_link http,server,location 1
secure_link_md5 http,server,location 1
secure_link_secret http,server,location 1
send_lowat http,server,location 1
send_timeout http,server,location 1
sendfile http,server,location,if-in-location flag
sendfile_max_chunk http,server,location 1
server http block,0
server upstream 1+
server_name server 1+
server_name_in_redirect http,server,location flag
server_names_hash_bucket_size http 1
server_names_hash_max_size http 1
server_tokens http,server,location 1
set server,if-in-server,location,if-in-location 2
set_real_ip_from http,server,location 1
slice http,server,location 1
source_charset http,server,location,if-in-location 1
spdy_chunk_size http,server,location 1 until=1.19.6 module=http_v2
spdy_headers_comp http,server 1 until=1.19.6 module=http_v2
spdy_keepalive_timeout http,server 1 until=1.19.6 module=http_v2
spdy_max_concurrent_streams http,server 1 until=1.19.6 module=http_v2
spdy_pool_size http,server 1 until=1.19.6 module=http_v2
spdy_recv_buffer_size http 1 until=1.19.6 module=http_v2
spdy_recv_timeout http,server 1 until=1.19.6 module=http_v2
spdy_streams_index_size http,server 1 until=1.19.6 module=http_v2
split_clients http block,2
ssi http,server,location,if-in-location flag
ssi_ignore_recycled_buffers http,server,location flag
ssi_last_modified http,server,location flag
ssi_min_file_chunk http,server,location 1
ssi_silent_errors http,server,location flag
ssi_types http,server,location 1+
ssi_value_length http,server,location 1
ssl http,server flag until=1.25.0
ssl_buffer_size http,server 1
ssl_certificate http,server 1
ssl_certificate_cache http,server 1-3 since=1.27.4
ssl_certificate_compression http,server flag since=1.29.1
ssl_certificate_key http,server 1
ssl_ciphers http,server 1
ssl_client_certificate http,server 1
ssl_conf_command http,server 2 since=1.19.4
ssl_crl http,server 1
ssl_dhparam http,server 1
ssl_early_data http,server flag
ssl_ecdh_curve http,server 1
ssl_ech_file http,server 1 since=1.29.4
ssl_engine main 1
ssl_object_cache_inheritable main flag since=1.27.4
ssl_ocsp http,server 1 since=1.19.0
ssl_ocsp_cache http,server 1 since=1.19.0
ssl_ocsp_responder http,server 1 since=1.19.0
ssl_password_file http,server 1
ssl_prefer_server_ciphers http,server flag
ssl_protocols http,server 1+
ssl_reject_handshake http,server flag since=1.19.4
ssl_session_cache http,server 1-2
ssl_session_ticket_key http,server 1
ssl_session_tickets http,server flag
ssl_session_timeout http,server 1
ssl_stapling http,server flag
ssl_stapling_file http,server 1
ssl_stapling_responder http,server 1
ssl_stapling_verify http,server flag
ssl_trusted_certificate http,server 1
ssl_verify_client http,server 1
ssl_verify_depth http,server 1
sticky upstream 2+ since=1.29.6
stub_status server,location 0-1
sub_filter http,server,location 2
sub_filter_last_modified http,server,location flag
sub_filter_once http,server,location flag
sub_filter_types http,server,location 1+
subrequest_output_buffer_size http,server,location 1
tcp_nodelay http,server,location flag
tcp_nopush http,server,location flag
thread_pool main 2-3
timer_resolution main 1
try_files server,location 2+
tunnel_bind http,server,location 1-2 since=1.31.0
tunnel_buffer_size http,server,location 1 since=1.31.0
tunnel_connect_timeout http,server,location 1 since=1.31.0
tunnel_next_upstream http,server,location 1+ since=1.31.0
tunnel_next_upstream_timeout http,server,location 1 since=1.31.0
tunnel_next_upstream_tries http,server,location 1 since=1.31.0
tunnel_pass server,location,if-in-location 0-1 since=1.31.0
tunnel_read_timeout http,server,location 1 since=1.31.0
tunnel_send_lowat http,server,location 1 since=1.31.0
tunnel_send_timeout http,server,location 1 since=1.31.0
tunnel_socket_keepalive http,server,location flag since=1.31.0
tunnel_socket_rcvbuf http,server,location 1 since=1.31.3
tunnel_socket_sndbuf http,server,location 1 since=1.31.3
types http,server,location block,0
types_hash_bucket_size http,server,location 1
types_hash_max_size http,server,location 1
underscores_in_headers http,server flag
uninitialized_variable_warn http,server,if-in-server,location,if-in-location flag
upstream http block,1
use events 1
user main 1-2
userid http,server,location 1
userid_domain http,server,location 1
userid_expires http,server,location 1
userid_flags http,server,location 1-3 since=1.19.3
userid_mark http,server,location 1
userid_name http,server,location 1
userid_p3p http,server,location 1
userid_path http,server,location 1
userid_service http,server,location 1
uwsgi_bind http,server,location 1-2
uwsgi_buffer_size http,server,location 1
uwsgi_buffering http,server,location flag
uwsgi_buffers http,server,location 2
uwsgi_busy_buffers_size http,server,location 1
uwsgi_cache http,server,location 1
uwsgi_cache_background_update http,server,location 1
uwsgi_cache_bypass http,server,location 1+
uwsgi_cache_key http,server,location 1
uwsgi_cache_lock http,server,location flag
uwsgi_cache_lock_age http,server,location 1
uwsgi_cache_lock_timeout http,server,location 1
uwsgi_cache_max_range_offset http,server,location 1
uwsgi_cache_methods http,server,location 1+
uwsgi_cache_min_uses http,server,location 1
uwsgi_cache_path http 2+
uwsgi_cache_revalidate http,server,location flag
uwsgi_cache_use_stale http,server,location 1+
uwsgi_cache_valid http,server,location 1+
uwsgi_connect_timeout http,server,location 1
uwsgi_force_ranges http,server,location flag
uwsgi_hide_header http,server,location 1
uwsgi_ignore_client_abort http,server,location flag
uwsgi_ignore_headers http,server,location 1+
uwsgi_intercept_errors http,server,location flag
uwsgi_limit_rate http,server,location 1
uwsgi_max_temp_file_size http,server,location 1
uwsgi_modifier1 http,server,location 1
uwsgi_modifier2 http,server,location 1
uwsgi_next_upstream http,server,location 1+
uwsgi_next_upstream_timeout http,server,location 1
uwsgi_next_upstream_tries http,server,location 1
uwsgi_no_cache http,server,location 1+
uwsgi_param http,server,location 2-3
uwsgi_pass location,if-in-location 1
uwsgi_pass_header http,server,location 1
uwsgi_pass_request_body http,server,location flag
uwsgi_pass_request_headers http,server,location flag
uwsgi_read_timeout http,server,location 1
uwsgi_request_buffering http,server,location flag
uwsgi_send_timeout http,server,location 1
uwsgi_socket_keepalive http,server,location flag
uwsgi_socket_rcvbuf http,server,location 1 since=1.31.3
uwsgi_socket_sndbuf http,server,location 1 since=1.31.3
uwsgi_ssl_certificate http,server,location 1
uwsgi_ssl_certificate_cache http,server,location 1-3 since=1.27.4
uwsgi_ssl_certificate_key http,server,location 1
uwsgi_ssl_ciphers http,server,location 1
uwsgi_ssl_conf_command http,server,location 2 since=1.19.4
uwsgi_ssl_crl http,server,location 1
uwsgi_ssl_name http,server,location 1
uwsgi_ssl_password_file http,server,location 1
uwsgi_ssl_protocols http,server,location 1+
uwsgi_ssl_server_name http,server,location flag
uwsgi_ssl_session_reuse http,server,location flag
uwsgi_ssl_trusted_certificate http,server,location 1
uwsgi_ssl_verify http,server,location flag
uwsgi_ssl_verify_depth http,server,location 1
uwsgi_store http,server,location 1
uwsgi_store_access http,server,location 1-3
uwsgi_string http,server,location 1
uwsgi_temp_file_write_size http,server,location 1
uwsgi_temp_path http,server,location 1-4
valid_referers server,location 1+
variables_hash_bucket_size http 1
variables_hash_max_size http 1
worker_aio_requests events 1
worker_connections events 1
worker_cpu_affinity main 1+
worker_priority main 1
worker_processes main 1
worker_rlimit_core main 1
worker_rlimit_nofile main 1
worker_shutdown_timeout main 1
working_directory main 1
zone upstream 1-2
`;
