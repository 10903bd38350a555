#include "CTransfer.h"

#include <curl/curl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

struct ctransfer_client {
    CURL *curl;
    ctransfer_taker taker;
    ctransfer_answer answer;
    int has_begun, has_stopped;
};

ctransfer_client *ctransfer_open(void)
{
    ctransfer_client *client = calloc(1, sizeof *client);
    if (!client) return NULL;
    client->curl = curl_easy_init();
    if (client->curl) return client;
    free(client);
    return NULL;
}

void ctransfer_close(ctransfer_client *client)
{
    curl_easy_cleanup(client->curl);
    free(client);
}

/// Copies the value of the header `line` to `value` if its name is `name`; empties `value` where it does not fit.
static void take_value(const char *line, size_t count, const char *name, char *value)
{
    size_t start = strlen(name);
    if (count <= start || line[start] != ':' || strncasecmp(line, name, start) != 0) return;
    start++;
    while (start < count && (line[start] == ' ' || line[start] == '\t')) start++;
    while (count > start && strchr(" \t\r\n", line[count - 1])) count--;
    size_t length = count - start < ctransfer_value_size ? count - start : 0;
    memcpy(value, line + start, length);
    value[length] = 0;
}

static size_t take_header(char *line, size_t size, size_t count, void *context)
{
    ctransfer_client *client = context;
    ctransfer_answer *answer = &client->answer;
    count *= size;
    if (count >= 5 && strncmp(line, "HTTP/", 5) == 0) {
        // A new response: any previous one was a redirect or a proxy's.
        answer->content_range[0] = answer->etag[0] = answer->last_modified[0] = answer->retry_after[0] = 0;
    }
    take_value(line, count, "Content-Range", answer->content_range);
    take_value(line, count, "ETag", answer->etag);
    take_value(line, count, "Last-Modified", answer->last_modified);
    take_value(line, count, "Retry-After", answer->retry_after);
    take_value(line, count, "X-Linked-ETag", answer->linked_etag);
    return count;
}

/// Calls the `begin` callback, once. Returns 0 if the transfer is to stop.
static int begin(ctransfer_client *client)
{
    if (!client->has_begun) {
        client->has_begun = 1;
        curl_off_t length = -1;
        curl_easy_getinfo(client->curl, CURLINFO_RESPONSE_CODE, &client->answer.status);
        curl_easy_getinfo(client->curl, CURLINFO_CONTENT_LENGTH_DOWNLOAD_T, &length);
        client->answer.length = length;
        client->has_stopped = !client->taker.begin(client->taker.context, &client->answer);
    }
    return !client->has_stopped;
}

static size_t take_body(char *bytes, size_t size, size_t count, void *context)
{
    ctransfer_client *client = context;
    count *= size;
    if (!begin(client)) return 0;
    client->has_stopped = !client->taker.body(client->taker.context, (const uint8_t *)bytes, count);
    // A smaller count aborts the transfer; libcurl does not pass empty bodies.
    return client->has_stopped ? 0 : count;
}

static ctransfer_status status_for(CURLcode code)
{
    switch (code) {
    case CURLE_OK: return ctransfer_ok;
    case CURLE_COULDNT_RESOLVE_HOST:
    case CURLE_COULDNT_RESOLVE_PROXY:
    case CURLE_COULDNT_CONNECT: return ctransfer_unreachable;
    case CURLE_SSL_CONNECT_ERROR:
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CERTPROBLEM:
    case CURLE_SSL_CIPHER:
    case CURLE_SSL_CACERT_BADFILE:
    case CURLE_SSL_ISSUER_ERROR:
    case CURLE_SSL_INVALIDCERTSTATUS: return ctransfer_untrusted;
    case CURLE_PARTIAL_FILE:
    case CURLE_GOT_NOTHING:
    case CURLE_SEND_ERROR:
    case CURLE_RECV_ERROR:
    case CURLE_HTTP2:
    case CURLE_HTTP2_STREAM: return ctransfer_cut;
    case CURLE_OPERATION_TIMEDOUT: return ctransfer_stalled;
    default: return ctransfer_failed;
    }
}

ctransfer_status ctransfer_get(
    ctransfer_client *client, const char *url, int64_t first, int64_t last, long timeout, const char *user_agent,
    ctransfer_taker taker, char *message)
{
    CURL *curl = client->curl;
    curl_easy_reset(curl);
    client->taker = taker;
    client->has_begun = client->has_stopped = 0;
    memset(&client->answer, 0, sizeof client->answer);
    char range[48];
    snprintf(range, sizeof range, "%" PRId64 "-%" PRId64, first, last);
    char reason[CURL_ERROR_SIZE] = "";

    curl_easy_setopt(curl, CURLOPT_URL, url);
    curl_easy_setopt(curl, CURLOPT_RANGE, range);
    curl_easy_setopt(curl, CURLOPT_USERAGENT, user_agent);
    curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, reason);
    curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(curl, CURLOPT_FOLLOWLOCATION, 1L);
    curl_easy_setopt(curl, CURLOPT_MAXREDIRS, 10L);
    int is_secure = strncasecmp(url, "https:", 6) == 0;
#if LIBCURL_VERSION_NUM >= 0x075500
    curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(curl, CURLOPT_REDIR_PROTOCOLS_STR, is_secure ? "https" : "http,https");
#else
    curl_easy_setopt(curl, CURLOPT_PROTOCOLS, (long)(CURLPROTO_HTTP | CURLPROTO_HTTPS));
    curl_easy_setopt(
        curl, CURLOPT_REDIR_PROTOCOLS, (long)(is_secure ? CURLPROTO_HTTPS : CURLPROTO_HTTP | CURLPROTO_HTTPS));
#endif
    curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT, timeout);
    curl_easy_setopt(curl, CURLOPT_LOW_SPEED_LIMIT, 1L);
    curl_easy_setopt(curl, CURLOPT_LOW_SPEED_TIME, timeout);
    curl_easy_setopt(curl, CURLOPT_HEADERFUNCTION, take_header);
    curl_easy_setopt(curl, CURLOPT_HEADERDATA, client);
    curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, take_body);
    curl_easy_setopt(curl, CURLOPT_WRITEDATA, client);

    CURLcode code = curl_easy_perform(curl);
    curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, NULL);
    if (client->has_stopped || (code == CURLE_OK && !begin(client))) return ctransfer_stopped;
    snprintf(message, ctransfer_message_size, "%s", reason[0] ? reason : curl_easy_strerror(code));
    return status_for(code);
}
