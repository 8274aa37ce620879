using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using EdgeAgent.Demo;
using EdgeAgent.Mqtt.Packets;

namespace EdgeAgent.Benchmarks;

/// <summary>
/// The agent as a process between real brokers, flat out: every reading of 8 channels judged by the INT8 model. Prints
/// readings a second and processor time a reading, for QoS 0 and 1. Needs mosquitto; uses loopback only.
/// </summary>
internal static class FloodBenchmark
{
    private const int Readings = 200_000;
    private const int Devices = 16;

    public static async Task<int> Run(string binary)
    {
        foreach (var qos in new[] { 1, 0 })
        {
            var (seconds, cpu, resident, received) = await Flood(binary, qos);
            Console.WriteLine(
                $"QoS {qos}: {received} readings in {seconds:0.00} s: {received / seconds:0} readings/s, {cpu / received * 1e6:0.0} µs of "
                    + $"processor time a reading, {resident / 1024.0:0} MiB resident");
        }
        return 0;
    }

    private static async Task<(double Seconds, double Cpu, long Resident, long Received)> Flood(string binary, int qos)
    {
        var folder = Directory.CreateTempSubdirectory("edgeagent-flood-");
        var port = DemoBroker.FreePort();
        await File.WriteAllTextAsync(Path.Combine(folder.FullName, "mosquitto.conf"),
            $"listener {port} 127.0.0.1\nallow_anonymous true\nmax_queued_messages 0\nmax_inflight_messages 0\n");
        await File.WriteAllTextAsync(Path.Combine(folder.FullName, "edgeagent.toml"), $$"""
            agent = { state = "state", runtime = "runtime", lanes = 1 }
            [sources.pumps]
            mqtt = { url = "mqtt://127.0.0.1:{{port}}", topics = ["plant/+/telemetry"], qos = {{qos}}, persistent = false }
            device = "topic[1]"
            time = "ts"
            channels = "values.*"
            [detectors.pump-health]
            source = "pumps"
            model = "{{Bench.Model}}"
            on_after = 1000000
            [upstream]
            mqtt = { url = "mqtt://127.0.0.1:{{port}}" }
            """);
        using var broker = Process.Start(
            new ProcessStartInfo("mosquitto", ["-c", Path.Combine(folder.FullName, "mosquitto.conf")]) { RedirectStandardError = true })!;
        await Task.Delay(500);
        var info = new ProcessStartInfo(binary, ["run", "-c", Path.Combine(folder.FullName, "edgeagent.toml")])
        {
            RedirectStandardError = true,
        };
        using var agent = Process.Start(info)!;
        try
        {
            await Subscribed(agent.StandardError);
            _ = agent.StandardError.ReadToEndAsync();
            await Publish(port, 0, Devices * 500);
            await Idle(agent.Id);
            var (cpuBefore, _) = Bench.Usage(agent.Id);
            var watch = Stopwatch.StartNew();
            await Publish(port, Devices * 500, Readings);
            var idleSeconds = await Idle(agent.Id);
            var seconds = watch.Elapsed.TotalSeconds - idleSeconds;
            var (cpuAfter, resident) = Bench.Usage(agent.Id);
            return (seconds, cpuAfter - cpuBefore, resident, Readings);
        }
        finally
        {
            agent.Kill();
            broker.Kill();
            await agent.WaitForExitAsync();
            await broker.WaitForExitAsync();
            folder.Delete(recursive: true);
        }
    }

    private static async Task Subscribed(StreamReader log)
    {
        var said = "";
        while (await log.ReadLineAsync() is { } line)
        {
            if (line.Contains("subscribed")) return;
            said += line + "\n";
        }
        throw new InvalidOperationException($"the agent ended: {said}");
    }

    /// <summary>Waits until the agent has stopped working; gives the time spent waiting for nothing.</summary>
    private static async Task<double> Idle(int agent)
    {
        const int QuietMs = 200;
        var (last, _) = Bench.Usage(agent);
        while (true)
        {
            await Task.Delay(QuietMs);
            var (now, _) = Bench.Usage(agent);
            if (now - last < 0.005) return QuietMs / 1000.0;
            last = now;
        }
    }

    /// <summary>Writes QoS 1 PUBLISH packets as fast as the socket takes them, acknowledgements read and dropped.</summary>
    private static async Task Publish(int port, int first, int count)
    {
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(IPAddress.Loopback, port);
        var connect = new PacketWriter();
        connect.Begin(PacketType.Connect).Text("MQTT").Byte(4).Byte(2).Word(60).Text("flood").End();
        await socket.SendAsync(connect.Written.ToArray());
        var acknowledged = Drain(socket, 4 + count * 4);
        var payloads = Bench.Payloads();
        var topics = Enumerable.Range(0, Devices).Select(i => $"plant/pump-{i}/telemetry").ToArray();
        var buffer = new byte[1 << 16];
        var used = 0;
        for (var i = 0; i < count; i++)
        {
            var packet = Packet(topics[i % Devices], payloads[i % payloads.Count], 1_700_000_000_000L + first + i, (ushort)(i % 65535 + 1));
            if (used + packet.Length > buffer.Length)
            {
                await socket.SendAsync(buffer.AsMemory(0, used));
                used = 0;
            }
            packet.CopyTo(buffer, used);
            used += packet.Length;
        }
        await socket.SendAsync(buffer.AsMemory(0, used));
        await acknowledged;
    }

    private static byte[] Packet(string topic, byte[] payload, long milliseconds, ushort packetId)
    {
        var stamped = System.Text.Encoding.ASCII.GetBytes($"{{\"ts\":{milliseconds}");
        stamped.CopyTo(payload, 0);
        var writer = new PacketWriter();
        writer.Begin(PacketType.Publish, flags: 2).Text(topic).Word(packetId).Raw(payload).End();
        return writer.Written.ToArray();
    }

    private static async Task Drain(Socket socket, int bytes)
    {
        var buffer = new byte[1 << 16];
        while (bytes > 0)
        {
            var read = await socket.ReceiveAsync(buffer);
            if (read == 0) throw new IOException("the broker closed the flood's connection");
            bytes -= read;
        }
    }
}
