// What the sensors (load.c), their packets (packets.c) and the subscriber (hub.c) share.
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { DEVICES_MAX = 64, ROWS_MAX = 300, PACKET_MAX = 512 };

// Nanoseconds of the monotonic clock, the one that Python's time.monotonic_ns() shows.
int64_t now_ns(void);
_Noreturn void fail(const char *what);

// A connection to a broker on the loopback address, CONNECT sent and accepted; -1 if nobody listens there.
int mqtt_connect(int port, const char *client_id);
void send_all(int socket, const void *bytes, size_t length);
// Asks every connection for a PINGRESP: when all have come, the broker has taken all that was sent before.
void await_broker(const int *sockets, int count);

// A PUBLISH of QoS 0, ready to be sent once its 13 digits of Unix milliseconds are written.
typedef struct { char bytes[PACKET_MAX]; int length, time_at; } packet_t;
// Reads the first rows of a recording; fills one packet a row and device, and the same again with a faulty pressure.
int packets_load(const char *csv, int devices, packet_t **normal, packet_t **faulty);
void packet_stamp(packet_t *packet, int64_t milliseconds);

void hub_open(int port);
// Waits for events, and for the hub itself when it is away, until the given time; returns at once when that has passed.
void hub_wait_until(int64_t deadline_ns);
void hub_fault_sent(int device, int64_t milliseconds, int64_t sent_ns);
void hub_print(void);
