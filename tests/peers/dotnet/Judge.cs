using System.Text.Json;
using MQTTnet;

namespace EdgeAgent.Peers;

/// <summary>Takes readings one after the other: parses, keeps the window, runs the model, tells the hub.</summary>
internal sealed class Judge(Model model, Hub hub, string name, bool tellsEvery)
{
    private const float PressureLimit = 0.75f;
    private const int Pressure = 3;

    private static readonly string[] Names =
        ["Accelerometer1RMS", "Accelerometer2RMS", "Current", "Pressure", "Temperature", "Thermocouple", "Voltage", "Volume Flow RateRMS"];

    private readonly Dictionary<string, DeviceWindow> _devices = [];

    public long Readings { get; private set; }
    public long Runs { get; private set; }
    public long Junk { get; private set; }

    public void Take(MqttApplicationMessage message)
    {
        Readings++;
        var device = message.Topic.Split('/')[1];
        if (!_devices.TryGetValue(device, out var window)) _devices.Add(device, window = new DeviceWindow());
        var reading = window.Next;
        if (!TryParse(message, reading, out var time))
        {
            Junk++;
            return;
        }
        var isHigh = reading[Pressure] > PressureLimit;
        window.Advance();
        if (!window.IsFull) return;
        window.Fill(model.Features);
        var score = model.Run();
        Runs++;
        if (isHigh != window.IsOpen) Publish(isHigh ? "opened" : "closed", device, time, score);
        window.IsOpen = isHigh;
        if (tellsEvery) Publish("scored", device, time, score);
    }

    private static bool TryParse(MqttApplicationMessage message, float[] values, out long time)
    {
        time = 0;
        try
        {
            using var json = JsonDocument.Parse(message.Payload);
            time = json.RootElement.GetProperty("ts").GetInt64();
            var channels = json.RootElement.GetProperty("values");
            for (var c = 0; c < Names.Length; c++)
                values[c] = channels.GetProperty(Names[c]).GetSingle();
            return true;
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            return false;
        }
    }

    private void Publish(string type, string device, long time, float score) =>
        hub.Publish($"anomalies/{name}/{device}", JsonSerializer.SerializeToUtf8Bytes(new { type, device, time, score }));
}
