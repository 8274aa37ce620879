// Packets of the sensors, built before anything is measured: a real pump's readings as JSON, PUBLISH packets around them.
#include "load.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

// Above all of the recording, 0.71 at most, and by so little that the model does not mind; the programs open an event above 0.75.
static const char FAULTY_PRESSURE[] = "0.8";
enum { CHANNELS = 8, TIME_DIGITS = 13 };

// The recording's columns: time; 8 channels; 2 labels.
static void write_payload(char *to, char names[][64], char values[][64], bool is_faulty)
{
    to += sprintf(to, "{\"ts\":0000000000000,\"values\":{");
    for (int c = 0; c < CHANNELS; c++) {
        const char *value = is_faulty && strcmp(names[c], "Pressure") == 0 ? FAULTY_PRESSURE : values[c];
        to += sprintf(to, "%s\"%s\":%s", c > 0 ? "," : "", names[c], value);
    }
    strcpy(to, "}}");
}

static void write_packet(packet_t *packet, int device, const char *payload)
{
    char topic[64];
    int topic_length = sprintf(topic, "plant/pump-%d/telemetry", device), payload_length = (int)strlen(payload);
    int rest = 2 + topic_length + payload_length;
    if (rest < 128 || rest + 3 > PACKET_MAX) fail("a packet of another size than expected");
    char *to = packet->bytes;
    *to++ = 0x30;
    *to++ = (char)(rest % 128 | 128);
    *to++ = (char)(rest / 128);
    *to++ = 0;
    *to++ = (char)topic_length;
    memcpy(to, topic, topic_length);
    memcpy(to + topic_length, payload, payload_length);
    packet->length = rest + 3;
    packet->time_at = 5 + topic_length + (int)strlen("{\"ts\":");
}

static void split(char *line, char fields[][64])
{
    line[strcspn(line, "\r\n")] = 0;
    for (int i = 0; i <= CHANNELS; i++) {
        char *field = strsep(&line, ";");
        if (field == NULL) fail("a line of the recording has too few columns");
        snprintf(fields[i], 64, "%s", field);
    }
}

int packets_load(const char *csv, int devices, packet_t **normal, packet_t **faulty)
{
    FILE *file = fopen(csv, "r");
    if (file == NULL) fail(csv);
    char line[1024], names[CHANNELS + 1][64], values[CHANNELS + 1][64], payload[PACKET_MAX];
    if (fgets(line, sizeof line, file) == NULL) fail("the recording is empty");
    split(line, names);
    *normal = calloc(ROWS_MAX * devices, sizeof **normal);
    *faulty = calloc(ROWS_MAX * devices, sizeof **faulty);
    int rows = 0;
    for (; rows < ROWS_MAX && fgets(line, sizeof line, file) != NULL; rows++) {
        split(line, values);
        for (int d = 0; d < devices; d++) {
            write_payload(payload, names + 1, values + 1, false);
            write_packet(*normal + rows * devices + d, d, payload);
            write_payload(payload, names + 1, values + 1, true);
            write_packet(*faulty + rows * devices + d, d, payload);
        }
    }
    fclose(file);
    return rows;
}

void packet_stamp(packet_t *packet, int64_t milliseconds)
{
    for (int i = TIME_DIGITS - 1; i >= 0; i--, milliseconds /= 10)
        packet->bytes[packet->time_at + i] = (char)('0' + milliseconds % 10);
}
