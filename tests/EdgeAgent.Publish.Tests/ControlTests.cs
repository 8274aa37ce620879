using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text.Json;

namespace EdgeAgent.Publish.Tests;

/// <summary>The published program can be asked: its commands, HTTP and gRPC survive trimming and native compilation.</summary>
public sealed class ControlTests
{
    public static TheoryData<string> Targets => Published.Runnable;

    [Theory, MemberData(nameof(Targets))]
    public async Task A_running_program_answers_its_commands_and_its_port(string target)
    {
        using var folder = new TempFolder();
        var port = LoopbackPort.Free();
        var file = folder.Write(
            "agent.toml", Some.Configuration(Published.Model(target), port: 1) + $"\n[health]\nlisten = \"127.0.0.1:{port}\"\n");
        using var agent = Published.Start(target, "run", "--config", file);
        agent.WaitFor($"served on 127.0.0.1:{port}");
        agent.WaitFor("upstream has no connection");

        Assert.Equal(0, Published.Run(target, out var health, "health", "--config", file));
        Assert.StartsWith("ready, degraded", health);
        Assert.Equal(0, Published.Run(target, out var json, "status", "--json", "--config", file));
        Assert.True(JsonDocument.Parse(json).RootElement.GetProperty("books").GetProperty("balanced").GetBoolean());
        Assert.Equal(0, Published.Run(target, out var status, "status", "--config", file));
        Assert.Contains("√ received 0", status);
        Assert.Equal(0, Published.Run(target, out var list, "calibration", "list", "--config", file));
        Assert.Contains("no device has been heard of", list);
        Assert.Equal(1, Published.Run(target, out var reset, "calibration", "reset", "pump", "--config", file));
        Assert.Contains("no such device", reset);

        using var http = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{port}") };
        Assert.Contains("edgeagent_outbox_owed_events 0\n", await http.GetStringAsync("metrics"));
        Assert.Equal([0, 0, 0, 0, 2, 8, 1], await CheckAsync(http));

        Assert.Equal(0, agent.Terminate());
        Assert.Equal(1, Published.Run(target, out health, "health", "--config", file));
        Assert.Contains("no agent runs on", health);
    }

    /// <summary>The answer of gRPC's health service in its bytes: a frame of 2 bytes, field 1 is SERVING.</summary>
    private static async Task<byte[]> CheckAsync(HttpClient http)
    {
        using var call = new HttpRequestMessage(HttpMethod.Post, "grpc.health.v1.Health/Check")
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = new ByteArrayContent([0, 0, 0, 0, 0]) { Headers = { ContentType = new MediaTypeHeaderValue("application/grpc") } },
        };
        call.Headers.TE.ParseAdd("trailers");
        using var answer = await http.SendAsync(call);
        return await answer.Content.ReadAsByteArrayAsync();
    }
}
