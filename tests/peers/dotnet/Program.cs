// The agent's work in plain .NET: MQTTnet, System.Text.Json, ONNX Runtime. One reading at a time, as it arrives.
//
//   peer SENSORS_PORT HUB_PORT MODEL NAME every|anomalies    "every": an event a reading besides
//
// SIGUSR2 prints the counts.
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json;
using EdgeAgent.Peers;
using MQTTnet;

const int SigUsr2 = 12;

if (args.Length != 5)
{
    Console.Error.WriteLine("usage: peer SENSORS_PORT HUB_PORT MODEL NAME every|anomalies");
    return 2;
}
var (sensorsPort, hubPort) = (int.Parse(args[0], CultureInfo.InvariantCulture), int.Parse(args[1], CultureInfo.InvariantCulture));

using var model = new Model(args[2]);
using var hub = new Hub(hubPort);
var judge = new Judge(model, hub, args[3], tellsEvery: args[4] == "every");
using var signal = PosixSignalRegistration.Create((PosixSignal)SigUsr2, context =>
{
    context.Cancel = true;
    Console.Error.WriteLine(JsonSerializer.Serialize(new
    {
        readings = judge.Readings, runs = judge.Runs, events = hub.Events, acknowledged = hub.Acknowledged, junk = judge.Junk,
    }));
});

_ = hub.RunAsync();
using var sensors = new MqttClientFactory().CreateMqttClient();
sensors.ApplicationMessageReceivedAsync += arrived =>
{
    judge.Take(arrived.ApplicationMessage);
    return Task.CompletedTask;
};
await sensors.ConnectAsync(new MqttClientOptionsBuilder().WithTcpServer("127.0.0.1", sensorsPort).Build());
await sensors.SubscribeAsync("plant/+/telemetry");
Console.Error.WriteLine("subscribed");
await Task.Delay(Timeout.Infinite);
return 0;
