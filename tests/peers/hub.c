// The subscriber upstream: takes events of all programs, finds the faulty reading of each by device and event time, and keeps
// how long it was under way. It also keeps coming back while the broker is away, and notes who is heard first after that.
#define _GNU_SOURCE
#include "load.h"
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { PROGRAMS_MAX = 8, FAULTS_KEPT = 4096, DELAYS_MAX = 200000, BUFFER = 1 << 20 };
static const int64_t RETRY_NS = 10000000;

typedef struct { int64_t ms, sent_ns; } fault_t;
typedef struct { char name[32]; int64_t events, opened, first_after_ns; int delays; float *delay_ms; } program_t;

static int hub_port, hub_socket = -1, programs;
static program_t program[PROGRAMS_MAX];
static fault_t faults[DEVICES_MAX][FAULTS_KEPT];
static int64_t faults_sent[DEVICES_MAX], back_ns, connections;
static unsigned char buffer[BUFFER];
static size_t buffered;

static void subscribe(void)
{
    if ((hub_socket = mqtt_connect(hub_port, "subscriber")) < 0) return;
    send_all(hub_socket, "\x82\x10\x00\x01\x00\x0B" "anomalies/#\x00", 18);
    buffered = 0;
    if (connections++ > 0) back_ns = now_ns();
    for (int i = 0; i < programs; i++) program[i].first_after_ns = 0;
}

void hub_open(int port)
{
    if ((hub_port = port) == 0) return;
    subscribe();
    if (hub_socket < 0) fail("no broker upstream");
}

void hub_fault_sent(int device, int64_t milliseconds, int64_t sent_ns)
{
    faults[device][faults_sent[device]++ % FAULTS_KEPT] = (fault_t){ milliseconds, sent_ns };
}

static program_t *program_named(const char *name, size_t length)
{
    for (int i = 0; i < programs; i++)
        if (strlen(program[i].name) == length && memcmp(program[i].name, name, length) == 0) return &program[i];
    if (programs == PROGRAMS_MAX || length >= sizeof program->name) fail("too many programs");
    program_t *p = &program[programs++];
    memcpy(p->name, name, length);
    p->delay_ms = malloc(DELAYS_MAX * sizeof *p->delay_ms);
    return p;
}

// Unix milliseconds of "time":1712345678901 or "time":"2024-04-05T19:34:38.901Z", the first of the event.
static int64_t time_of(const char *json)
{
    const char *at = strstr(json, "\"time\":");
    struct tm t = { 0 };
    if (at == NULL) return 0;
    at += strlen("\"time\":");
    at += strspn(at, " ");
    if (*at != '"') return atoll(at);
    const char *rest = strptime(at + 1, "%Y-%m-%dT%H:%M:%S", &t);
    if (rest == NULL) return 0;
    double fraction = *rest == '.' ? strtod(rest, NULL) : 0;
    return (int64_t)timegm(&t) * 1000 + (int64_t)(fraction * 1000 + 0.5);
}

static void take_event(const char *topic, size_t topic_length, const char *json)
{
    int64_t arrived = now_ns();
    // anomalies/PROGRAM/DEVICE
    const char *slash = memchr(topic, '/', topic_length);
    if (slash == NULL) return;
    const char *name = slash + 1, *end = memchr(name, '/', topic_length - (size_t)(name - topic));
    const char *number = end == NULL ? NULL : strstr(end, "pump-");
    if (number == NULL) return;
    program_t *p = program_named(name, (size_t)(end - name));
    p->events++;
    if (p->first_after_ns == 0) p->first_after_ns = arrived;
    int device = atoi(number + strlen("pump-"));
    if (strstr(json, "opened") == NULL || device < 0 || device >= DEVICES_MAX) return;
    p->opened++;
    int64_t ms = time_of(json);
    for (int64_t i = faults_sent[device] - 1; i >= 0 && i >= faults_sent[device] - FAULTS_KEPT; i--) {
        const fault_t *f = &faults[device][i % FAULTS_KEPT];
        if (f->ms != ms) continue;
        if (p->delays < DELAYS_MAX) p->delay_ms[p->delays++] = (float)((double)(arrived - f->sent_ns) / 1e6);
        return;
    }
}

// Takes the whole packets in the buffer; a packet's length is up to four bytes of 7 bits.
static void take_packets(void)
{
    size_t at = 0;
    for (;;) {
        size_t rest = 0, head = 1;
        bool is_whole = false;
        for (int shift = 0; at + head < buffered && shift < 28; shift += 7) {
            unsigned char b = buffer[at + head++];
            rest |= (size_t)(b & 127) << shift;
            if ((is_whole = b < 128)) break;
        }
        if (!is_whole || at + head + rest > buffered) break;
        unsigned char *body = buffer + at + head;
        if (buffer[at] >> 4 == 3) {
            size_t topic = (size_t)body[0] << 8 | body[1];
            unsigned char after = body[rest];
            body[rest] = 0; // The buffer has room for one more: what is searched is a C string.
            take_event((char *)body + 2, topic, (char *)body + 2 + topic);
            body[rest] = after;
        }
        at += head + rest;
    }
    memmove(buffer, buffer + at, buffered - at);
    buffered -= at;
}

static void receive(void)
{
    ssize_t n = recv(hub_socket, buffer + buffered, BUFFER - 1 - buffered, MSG_DONTWAIT);
    if (n > 0) {
        buffered += (size_t)n;
        take_packets();
        return;
    }
    close(hub_socket);
    hub_socket = -1;
}

void hub_wait_until(int64_t deadline_ns)
{
    for (;;) {
        int64_t left = deadline_ns - now_ns();
        if (left <= 0) return;
        if (hub_port != 0 && hub_socket < 0) {
            subscribe();
            if (hub_socket < 0 && left > RETRY_NS) left = RETRY_NS;
        }
        struct timespec wait = { left / 1000000000, left % 1000000000 };
        struct pollfd hub = { .fd = hub_socket, .events = POLLIN };
        if (ppoll(&hub, 1, &wait, NULL) > 0) receive();
    }
}

static int by_size(const void *a, const void *b)
{
    float x = *(const float *)a, y = *(const float *)b;
    return (x > y) - (x < y);
}

void hub_print(void)
{
    printf("{");
    for (int i = 0; i < programs; i++) {
        program_t *p = &program[i];
        qsort(p->delay_ms, (size_t)p->delays, sizeof *p->delay_ms, by_size);
        printf("%s\"%s\":{\"events\":%lld,\"opened\":%lld,\"matched\":%d",
            i > 0 ? "," : "", p->name, (long long)p->events, (long long)p->opened, p->delays);
        if (p->delays > 0)
            printf(",\"p50_ms\":%.3f,\"p95_ms\":%.3f", p->delay_ms[p->delays / 2], p->delay_ms[(int)(p->delays * 0.95)]);
        if (back_ns > 0 && p->first_after_ns >= back_ns)
            printf(",\"first_after_seconds\":%.3f", (double)(p->first_after_ns - back_ns) / 1e9);
        printf("}");
    }
    printf("}");
}
