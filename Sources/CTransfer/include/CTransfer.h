#ifndef HARMONIZE_TRANSFER_H
#define HARMONIZE_TRANSFER_H

#include <stddef.h>
#include <stdint.h>

/// GET over HTTP and HTTPS by libcurl, whose options are variadic and so out of Swift's reach. A body goes to the caller
/// as it comes and no faster than it is taken.

/// How a request ended. Anything but `ok` and `stopped` comes with a message.
typedef enum {
    ctransfer_ok = 0,
    ctransfer_stopped,      // the caller wanted no more
    ctransfer_unreachable,  // no address, no connection, or a proxy that gives none
    ctransfer_untrusted,    // no TLS, or not with a certificate that is trusted
    ctransfer_cut,          // the connection was lost, or the body is shorter than announced
    ctransfer_stalled,      // nothing came for as long as `timeout`
    ctransfer_failed,       // anything else
} ctransfer_status;

/// The room for a message and for the value of a header, the closing zero included.
enum { ctransfer_message_size = 256, ctransfer_value_size = 256 };

/// What an answer's headers say; a header that is missing, or longer than there is room for, is the empty string.
typedef struct {
    long status;     // 200, 206, 404 …
    int64_t length;  // of the body, -1 where that is not said
    char content_range[ctransfer_value_size];
    char etag[ctransfer_value_size];
    char last_modified[ctransfer_value_size];
    char retry_after[ctransfer_value_size];
    char linked_etag[ctransfer_value_size];  // X-Linked-ETag, of a redirection too
} ctransfer_answer;

/// Who takes an answer. Either function returns 0 to stop.
typedef struct {
    void *context;
    int (*begin)(void *context, const ctransfer_answer *answer);  // once, before the body and after any redirections
    int (*body)(void *context, const uint8_t *bytes, size_t count);
} ctransfer_taker;

/// A client: its requests share connections. Null where there is no memory.
typedef struct ctransfer_client ctransfer_client;
ctransfer_client *ctransfer_open(void);
void ctransfer_close(ctransfer_client *client);

/// Gets the bytes `first` … `last`, both included, of `url`, following redirections; HTTPS leads to HTTPS only. Proxies
/// and certificates are those of the environment. `timeout`, in seconds, is for connecting and for each time that nothing
/// comes.
ctransfer_status ctransfer_get(
    ctransfer_client *client, const char *url, int64_t first, int64_t last, long timeout, const char *user_agent,
    ctransfer_taker taker, char *message);

#endif
