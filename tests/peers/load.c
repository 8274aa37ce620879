// Sensors that send readings of 8 channels over MQTT, QoS 0, each device on a connection of its own, and a subscriber that
// measures how soon an event follows the faulty reading it is about. Raw sockets on the loopback address, bounded counts.
//
//   load SENSORS_PORT HUB_PORT DEVICES RATE COUNT FAULT_EVERY FIRST_MS LINGER_MS RECORDING
//
// RATE 0: as fast as the sockets take it. FAULT_EVERY 0: no faults. HUB_PORT 0: no subscriber. FIRST_MS 0: readings carry
// the time of the wall clock; else the given one, a millisecond more a round. Prints one line of JSON.
#include "load.h"
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

// Small pieces, so that the broker sees all devices in turn as it would on a wire.
enum { BURST = 16 };

static int sockets[DEVICES_MAX];
static int64_t last_ms[DEVICES_MAX];

int64_t now_ns(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec * 1000000000LL + t.tv_nsec;
}

static int64_t wall_ms(void)
{
    struct timespec t;
    clock_gettime(CLOCK_REALTIME, &t);
    return t.tv_sec * 1000LL + t.tv_nsec / 1000000;
}

void fail(const char *what)
{
    fprintf(stderr, "load: %s (%s)\n", what, strerror(errno));
    exit(1);
}

int mqtt_connect(int port, const char *client_id)
{
    int s = socket(AF_INET, SOCK_STREAM, 0), one = 1;
    struct sockaddr_in address = { .sin_family = AF_INET, .sin_port = htons((uint16_t)port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    char packet[128], answer[4];
    int length = (int)strlen(client_id);
    if (connect(s, (struct sockaddr *)&address, sizeof address) != 0) {
        close(s);
        return -1;
    }
    setsockopt(s, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    memcpy(packet, "\x10\x00\x00\x04MQTT\x04\x02\x00\x00\x00", 13);
    packet[1] = (char)(12 + length);
    packet[13] = (char)length;
    memcpy(packet + 14, client_id, length);
    send_all(s, packet, 14 + length);
    if (recv(s, answer, 4, MSG_WAITALL) != 4 || answer[3] != 0) {
        close(s);
        return -1;
    }
    return s;
}

void send_all(int socket, const void *bytes, size_t length)
{
    for (const char *p = bytes; length > 0;) {
        ssize_t n = send(socket, p, length, MSG_NOSIGNAL);
        if (n <= 0) fail("a connection broke");
        p += n;
        length -= (size_t)n;
    }
}

void await_broker(const int *connections, int count)
{
    char answer[2];
    for (int i = 0; i < count; i++) send_all(connections[i], "\xC0\x00", 2);
    for (int i = 0; i < count; i++)
        if (recv(connections[i], answer, 2, MSG_WAITALL) != 2) fail("the broker does not answer");
}

// A device's times must rise, however fast it sends.
static int64_t next_ms(int device, int64_t first_ms, int64_t round)
{
    int64_t ms = first_ms > 0 ? first_ms + round : wall_ms();
    if (ms <= last_ms[device]) ms = last_ms[device] + 1;
    return last_ms[device] = ms;
}

// One reading at a time, evenly spaced: the devices of a plant do not wait for each other.
static void send_paced(int devices, double rate, int64_t count, int64_t fault_every, int64_t first_ms,
    int rows, packet_t *normal, packet_t *faulty)
{
    int64_t start = now_ns();
    for (int64_t i = 0; i < count; i++) {
        hub_wait_until(start + (int64_t)((double)i * 1e9 / rate));
        int device = (int)(i % devices), row = (int)(i / devices % rows);
        bool is_faulty = fault_every > 0 && i % fault_every == fault_every - 1;
        packet_t *packet = (is_faulty ? faulty : normal) + row * devices + device;
        int64_t ms = next_ms(device, first_ms, i / devices);
        packet_stamp(packet, ms);
        if (is_faulty) hub_fault_sent(device, ms, now_ns());
        send_all(sockets[device], packet->bytes, (size_t)packet->length);
    }
}

static void send_flat_out(int devices, int64_t count, int64_t first_ms, int rows, packet_t *normal)
{
    static char burst[BURST * PACKET_MAX];
    for (int64_t sent = 0, round = 0; sent < count; round += BURST)
        for (int device = 0; device < devices && sent < count; device++) {
            size_t used = 0;
            for (int i = 0; i < BURST && sent < count; i++, sent++) {
                packet_t *packet = normal + (round + i) % rows * devices + device;
                packet_stamp(packet, next_ms(device, first_ms, round + i));
                memcpy(burst + used, packet->bytes, (size_t)packet->length);
                used += (size_t)packet->length;
            }
            send_all(sockets[device], burst, used);
        }
}

int main(int argc, char **argv)
{
    if (argc != 10) fail("wants 9 arguments, see load.c");
    int sensors = atoi(argv[1]), hub = atoi(argv[2]), devices = atoi(argv[3]);
    double rate = atof(argv[4]);
    int64_t count = atoll(argv[5]), fault_every = atoll(argv[6]), first_ms = atoll(argv[7]), linger_ms = atoll(argv[8]);
    if (devices < 1 || devices > DEVICES_MAX) fail("so many devices are not possible");
    packet_t *normal, *faulty;
    int rows = packets_load(argv[9], devices, &normal, &faulty);
    for (int d = 0; d < devices; d++) {
        char id[32];
        sprintf(id, "sensor-%d", d);
        if ((sockets[d] = mqtt_connect(sensors, id)) < 0) fail("no broker for the sensors");
    }
    hub_open(hub);
    int64_t start = now_ns();
    if (rate > 0) send_paced(devices, rate, count, fault_every, first_ms, rows, normal, faulty);
    else send_flat_out(devices, count, first_ms, rows, normal);
    int64_t sent = now_ns();
    await_broker(sockets, devices);
    int64_t taken = now_ns();
    hub_wait_until(taken + linger_ms * 1000000);
    printf("{\"sent\":%lld,\"seconds\":%.6f,\"taken_seconds\":%.6f,\"programs\":",
        (long long)count, (double)(sent - start) / 1e9, (double)(taken - start) / 1e9);
    hub_print();
    puts("}");
    return 0;
}
