// The agent's work in C: libmosquitto, the C API of ONNX Runtime, nothing else. One reading at a time, as it arrives.
//
//   peer SENSORS_PORT HUB_PORT MODEL NAME every|anomalies    "every": an event a reading besides
//
// SIGUSR2 prints the counts.
#include <math.h>
#include <mosquitto.h>
#include <onnxruntime_c_api.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { CHANNELS = 8, WINDOW = 60, FEATURES = 40, DEVICES_MAX = 64, PRESSURE = 3 };
static const char *const NAMES[CHANNELS] = {
    "Accelerometer1RMS", "Accelerometer2RMS", "Current", "Pressure", "Temperature", "Thermocouple", "Voltage", "Volume Flow RateRMS"
};
static const float PRESSURE_LIMIT = 0.75f;

typedef struct { float values[WINDOW][CHANNELS]; int count, next; bool is_open; } device_t;

static device_t devices[DEVICES_MAX];
static const OrtApi *ort;
static OrtSession *session;
static OrtValue *input, *output;
static float features[FEATURES], logit[1];
static struct mosquitto *hub;
static const char *name;
static bool tells_every;
static atomic_llong readings, runs, events, acknowledged, junk;

static void check(OrtStatus *status)
{
    if (status == NULL) return;
    fprintf(stderr, "peer: %s\n", ort->GetErrorMessage(status));
    exit(1);
}

static void load_model(const char *path)
{
    OrtEnv *env;
    OrtSessionOptions *options;
    OrtMemoryInfo *memory;
    const int64_t input_shape[] = { 1, FEATURES }, output_shape[] = { 1, 1 };
    ort = OrtGetApiBase()->GetApi(ORT_API_VERSION);
    check(ort->CreateEnv(ORT_LOGGING_LEVEL_ERROR, "peer", &env));
    check(ort->DisableTelemetryEvents(env));
    check(ort->CreateSessionOptions(&options));
    check(ort->SetIntraOpNumThreads(options, 1));
    check(ort->CreateSession(env, path, options, &session));
    check(ort->CreateCpuMemoryInfo(OrtDeviceAllocator, OrtMemTypeDefault, &memory));
    const ONNXTensorElementDataType type = ONNX_TENSOR_ELEMENT_DATA_TYPE_FLOAT;
    check(ort->CreateTensorWithDataAsOrtValue(memory, features, sizeof features, input_shape, 2, type, &input));
    check(ort->CreateTensorWithDataAsOrtValue(memory, logit, sizeof logit, output_shape, 2, type, &output));
}

static float run_model(void)
{
    static const char *const inputs[] = { "features" }, *const outputs[] = { "logit" };
    check(ort->Run(session, NULL, inputs, (const OrtValue *const *)&input, 1, outputs, 1, &output));
    return logit[0];
}

// {"ts":1712345678901,"values":{"NAME":NUMBER,...}}: as much JSON as the sensors speak, told apart from anything else.
static bool parse(const char *at, long long *ts, float values[CHANNELS])
{
    char *end;
    int known = 0;
    if (strncmp(at, "{\"ts\":", 6) != 0) return false;
    *ts = strtoll(at + 6, &end, 10);
    if (strncmp(end, ",\"values\":{", 11) != 0) return false;
    for (at = end + 11; *at == '"'; at = *end == ',' ? end + 1 : end) {
        const char *key = at + 1, *close = strchr(key, '"');
        if (close == NULL || close[1] != ':') return false;
        float value = strtof(close + 2, &end);
        if (end == close + 2) return false;
        for (int c = 0; c < CHANNELS; c++)
            if (strncmp(NAMES[c], key, (size_t)(close - key)) == 0 && NAMES[c][close - key] == 0) {
                values[c] = value;
                known |= 1 << c;
            }
    }
    return known == (1 << CHANNELS) - 1 && strcmp(at, "}}") == 0;
}

// What the model wants of each channel: means of the last 8, 30 and 60 readings, spreads of the last 30 and 60.
static void fill_features(const device_t *device)
{
    static const int lengths[] = { 8, 30, 60 };
    for (int c = 0; c < CHANNELS; c++) {
        float sum = 0, squares = 0;
        int filled = 0;
        for (int l = 0; l < 3; l++) {
            for (; filled < lengths[l]; filled++) {
                float v = device->values[(device->next - 1 - filled + WINDOW) % WINDOW][c];
                sum += v;
                squares += v * v;
            }
            float mean = sum / (float)filled;
            features[l * CHANNELS + c] = mean;
            if (l > 0) features[(l + 2) * CHANNELS + c] = sqrtf(fmaxf(0, squares / (float)filled - mean * mean));
        }
    }
}

static void publish(const char *type, const char *device, long long ts, float score)
{
    char topic[96], json[256];
    snprintf(topic, sizeof topic, "anomalies/%s/%s", name, device);
    int length = snprintf(json, sizeof json, "{\"type\":\"%s\",\"device\":\"%s\",\"time\":%lld,\"score\":%.5g}", type, device, ts, score);
    // While there is no link, libmosquitto keeps it in memory.
    int result = mosquitto_publish(hub, NULL, topic, length, json, 1, false);
    if (result == MOSQ_ERR_SUCCESS || result == MOSQ_ERR_NO_CONN) events++;
}

static void on_reading(struct mosquitto *sensors, void *context, const struct mosquitto_message *message)
{
    (void)sensors, (void)context;
    char json[1024], device_name[32];
    long long ts;
    int number = -1;
    readings++;
    sscanf(message->topic, "plant/pump-%d/", &number);
    if (message->payloadlen >= (int)sizeof json || number < 0 || number >= DEVICES_MAX) {
        junk++;
        return;
    }
    memcpy(json, message->payload, (size_t)message->payloadlen);
    json[message->payloadlen] = 0;
    device_t *device = &devices[number];
    float *values = device->values[device->next];
    if (!parse(json, &ts, values)) {
        junk++;
        return;
    }
    device->next = (device->next + 1) % WINDOW;
    if (device->count < WINDOW && ++device->count < WINDOW) return;
    fill_features(device);
    float score = run_model();
    runs++;
    snprintf(device_name, sizeof device_name, "pump-%d", number);
    bool is_high = values[PRESSURE] > PRESSURE_LIMIT;
    if (is_high != device->is_open) publish(is_high ? "opened" : "closed", device_name, ts, score);
    device->is_open = is_high;
    if (tells_every) publish("scored", device_name, ts, score);
}

static void on_acknowledged(struct mosquitto *m, void *context, int id)
{
    (void)m, (void)context, (void)id;
    acknowledged++;
}

static void on_connected(struct mosquitto *m, void *context, int result)
{
    (void)context;
    if (result != 0) return;
    if (m == hub) fputs("hub connected\n", stderr);
    else mosquitto_subscribe(m, NULL, "plant/+/telemetry", 0);
}

static void on_subscribed(struct mosquitto *m, void *context, int id, int count, const int *granted)
{
    (void)m, (void)context, (void)id, (void)count, (void)granted;
    fputs("subscribed\n", stderr);
}

static struct mosquitto *client(void)
{
    struct mosquitto *m = mosquitto_new(NULL, true, NULL);
    mosquitto_connect_callback_set(m, on_connected);
    mosquitto_subscribe_callback_set(m, on_subscribed);
    mosquitto_publish_callback_set(m, on_acknowledged);
    mosquitto_message_callback_set(m, on_reading);
    return m;
}

// In a thread of the library, which also connects again when a broker has been away.
static void start(struct mosquitto *m, const char *port)
{
    int result = mosquitto_connect(m, "127.0.0.1", atoi(port), 60);
    if (result == MOSQ_ERR_SUCCESS) result = mosquitto_loop_start(m);
    if (result == MOSQ_ERR_SUCCESS) return;
    fprintf(stderr, "peer: port %s: %s\n", port, mosquitto_strerror(result));
    exit(1);
}

int main(int argc, char **argv)
{
    sigset_t signals;
    int signal;
    if (argc != 6) return fputs("usage: peer SENSORS_PORT HUB_PORT MODEL NAME every|anomalies\n", stderr), 2;
    // Blocked before any thread begins, so that it is taken below only.
    sigemptyset(&signals);
    sigaddset(&signals, SIGUSR2);
    pthread_sigmask(SIG_BLOCK, &signals, NULL);
    name = argv[4];
    tells_every = strcmp(argv[5], "every") == 0;
    load_model(argv[3]);
    mosquitto_lib_init();
    hub = client();
    start(hub, argv[2]);
    start(client(), argv[1]);
    while (sigwait(&signals, &signal) == 0)
        fprintf(stderr, "{\"readings\":%lld,\"runs\":%lld,\"events\":%lld,\"acknowledged\":%lld,\"junk\":%lld}\n",
            readings, runs, events, acknowledged, junk);
}
