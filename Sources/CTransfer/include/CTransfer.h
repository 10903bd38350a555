#ifndef HARMONIZE_TRANSFER_H
#define HARMONIZE_TRANSFER_H

#include <stddef.h>
#include <stdint.h>

/// HTTP and HTTPS GET by libcurl, whose variadic functions Swift cannot call. A body is streamed to the caller, with
/// back pressure.

/// The result of a request. All but `ok` and `stopped` set the message.
typedef enum {
    ctransfer_ok = 0,
    ctransfer_stopped,      // a callback returned 0
    ctransfer_unreachable,  // host or proxy not resolved, or no connection
    ctransfer_untrusted,    // TLS handshake failed, or certificate not trusted
    ctransfer_cut,          // connection lost, or body shorter than announced
    ctransfer_stalled,      // no data for `timeout` seconds
    ctransfer_failed,       // any other error
} ctransfer_status;

/// The capacities of a message and of a header value, including the terminating zero.
enum { ctransfer_message_size = 256, ctransfer_value_size = 256 };

/// A response's status and headers; a header that is missing or exceeds its capacity is the empty string.
typedef struct {
    long status;     // 200, 206, 404 …
    int64_t length;  // of the body, -1 if unknown
    char content_range[ctransfer_value_size];
    char etag[ctransfer_value_size];
    char last_modified[ctransfer_value_size];
    char retry_after[ctransfer_value_size];
    char linked_etag[ctransfer_value_size];  // X-Linked-ETag, of this response or of a redirect
} ctransfer_answer;

/// The callbacks for a response. Either returns 0 to stop the transfer.
typedef struct {
    void *context;
    int (*begin)(void *context, const ctransfer_answer *answer);  // once, before the body and after any redirects
    int (*body)(void *context, const uint8_t *bytes, size_t count);
} ctransfer_taker;

/// A client, whose requests reuse connections. `ctransfer_open` returns NULL when out of memory.
typedef struct ctransfer_client ctransfer_client;
ctransfer_client *ctransfer_open(void);
void ctransfer_close(ctransfer_client *client);

/// Requests the bytes `first` … `last` (inclusive) of `url`, following up to 10 redirects, from HTTPS to HTTPS only.
/// Proxies and certificates are taken from the environment. `timeout` limits connecting and each stall, in seconds.
ctransfer_status ctransfer_get(
    ctransfer_client *client, const char *url, int64_t first, int64_t last, long timeout, const char *user_agent,
    ctransfer_taker taker, char *message);

#endif
