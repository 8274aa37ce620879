using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Runtime.Versioning;
using System.Text;
using EdgeAgent.Control;
using EdgeAgent.Demo;
using Grpc.Core;
using Grpc.Health.V1;
using Grpc.Net.Client;
using Xunit.Abstractions;

namespace EdgeAgent.Scenarios.Hostile;

/// <summary>Health probes beside those who hold connections, and those who ask for what they should not.</summary>
[UnsupportedOSPlatform("windows")]
public sealed class HeldConnectionsTests(ITestOutputHelper output)
{
    /// <summary>What the server keeps for connections that came all at once is given back by and by.</summary>
    private const long MemoryLimit = 128 << 20;
    private static readonly TimeSpan PromptLimit = TimeSpan.FromSeconds(10);

    private readonly int _port = DemoBroker.FreePort();

    [Theory]
    [InlineData(64, "", false)]
    [InlineData(64, "GE", false)]
    [InlineData(2000, "", false)]
    [InlineData(2000, "PRI * HTTP/2.0\r\n\r\n", false)]
    [InlineData(2000, "GET /livez HTTP/1.1\r\nHost: localhost\r\nX: ", true)]
    [InlineData(2000, "GET /livez HTTP/1.1\r\nHost: localhost\r\n\r\n", false)]
    [InlineData(2000, "POST /status HTTP/1.1\r\nHost: localhost\r\nContent-Length: 60000\r\n\r\n", true)]
    public async Task Probes_are_answered_while_others_hold_connections(int count, string begins, bool drips)
    {
        await using var hostile = await Start();
        hostile.Honest.Mark();
        await using var onPort = await Held.Open(count, begins, drips, new IPEndPoint(IPAddress.Loopback, _port));
        await using var onSocket = await Held.Open(
            count, begins, drips, new UnixDomainSocketEndPoint(Path.Combine(hostile.Scenario.StateFolder, "control.sock")));

        for (var round = 0; round < 3; round++)
        {
            var watch = Stopwatch.StartNew();
            using var http = Client();
            Assert.Equal("live\n", await http.GetStringAsync("livez"));
            using var channel = GrpcChannel.ForAddress(http.BaseAddress!);
            var answer = await new Health.HealthClient(channel).CheckAsync(new HealthCheckRequest());
            Assert.Equal(HealthCheckResponse.Types.ServingStatus.Serving, answer.Status);
            output.WriteLine($"http and grpc after {watch.ElapsedMilliseconds} ms");
            Assert.True(watch.Elapsed < PromptLimit, $"{watch.Elapsed}");
            var (exitCode, text) = await hostile.Scenario.Ask("health");
            Assert.True(exitCode == 0, text);
            await hostile.Last(TimeSpan.FromSeconds(1));
        }
        hostile.Ends(MemoryLimit);
    }

    [Fact]
    public async Task Noise_costs_no_stack_trace_and_wrong_questions_are_told_so()
    {
        await using var hostile = await Start();
        using var http = Client();
        using var channel = GrpcChannel.ForAddress(http.BaseAddress!);
        var health = new Health.HealthClient(channel);
        for (var i = 0; i < 200; i++)
        {
            await Assert.ThrowsAsync<RpcException>(
                () => health.CheckAsync(new HealthCheckRequest { Service = "none\n<2>forged" }).ResponseAsync);
            await Noise("POST /grpc.health.v1.Health/Check HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/grpc\r\n"
                + "Content-Length: 5\r\n\r\n\xff\xff\xff\xff\xff");
            await NoProtobuf(http);
            await Noise("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff");
            await Noise("GET /\x1b[2J HTTP/9.9\r\n\r\n");
        }

        Assert.Equal("live\n", await http.GetStringAsync("livez"));
        var log = hostile.Agent.Log.Split('\n');
        Assert.DoesNotContain(log, l => l.Contains("   at ", StringComparison.Ordinal));
        Assert.DoesNotContain(log, l => l.Contains("Exception", StringComparison.Ordinal));
        Assert.DoesNotContain(hostile.Agent.Log, c => c != '\n' && char.IsControl(c));

        await Refused(HttpStatusCode.BadRequest, "unknown key", "calibration?devise=pump-1");
        await Refused(HttpStatusCode.BadRequest, "unknown key", "livez?x=1");
        await Refused(HttpStatusCode.BadRequest, "stands 2 times", "calibration?device=a&device=b");
        await Refused(HttpStatusCode.MisdirectedRequest, "health.hosts", "status", "evil.example");
        await Refused(HttpStatusCode.MisdirectedRequest, "health.hosts", "livez", "localhost.evil.example");
        string[] own = [$"localhost:{_port}", "127.0.0.1", "[::1]:80", Environment.MachineName, "gateway-7.plant.example:9464"];
        foreach (var host in own)
            Assert.Equal(HttpStatusCode.OK, (await Ask("livez", host)).StatusCode);

        async Task Refused(HttpStatusCode code, string reason, string path, string host = "localhost")
        {
            using var answer = await Ask(path, host);
            Assert.Equal(code, answer.StatusCode);
            Assert.Contains(reason, await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        }

        Task<HttpResponseMessage> Ask(string path, string host) =>
            http.SendAsync(new HttpRequestMessage(HttpMethod.Get, path) { Headers = { Host = host } });
    }

    [Theory]
    [InlineData("/outbox/purge", """{"severity":"info","olderThanSeconds":-1}""")]
    [InlineData("/outbox/purge", """{"severity":"info","olderThanSecond":5}""")]
    [InlineData("/calibration/reset", """{"device":"pump-1","detectr":"pump-health"}""")]
    public async Task A_wish_with_a_negative_age_or_an_unknown_key_is_refused(string path, string wish)
    {
        await using var hostile = await Start();

        var client = new ControlClient(hostile.Scenario.StateFolder);
        var answer = await client.AskAsync("POST", path, Encoding.UTF8.GetBytes(wish));

        Assert.Equal(400, answer!.Code);
        Assert.StartsWith("expected {", answer.Text, StringComparison.Ordinal);
    }

    private async Task<HostileCase> Start()
    {
        var hostile = await HostileCase.Start(
            new Scenario(), $"[health]\nlisten = \"127.0.0.1:{_port}\"\nhosts = [\"gateway-7.plant.example\"]", output);
        await hostile.Agent.Says("status and metrics are served on");
        return hostile;
    }

    private HttpClient Client() => new() { BaseAddress = new Uri($"http://127.0.0.1:{_port}"), Timeout = PromptLimit };

    /// <summary>A call as it should be, but for its message.</summary>
    private static async Task NoProtobuf(HttpClient http)
    {
        using var call = new HttpRequestMessage(HttpMethod.Post, "grpc.health.v1.Health/Check")
        {
            Version = HttpVersion.Version20, VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = new ByteArrayContent([0, 0, 0, 0, 5, 0xff, 0xff, 0xff, 0xff, 0xff]),
        };
        call.Content.Headers.ContentType = new("application/grpc");
        using var answer = await http.SendAsync(call);
        await answer.Content.ReadAsByteArrayAsync();
    }

    private async Task Noise(string bytes)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, _port);
        var stream = client.GetStream();
        try
        {
            await stream.WriteAsync(Encoding.Latin1.GetBytes(bytes));
            client.Client.Shutdown(SocketShutdown.Send);
            while (await stream.ReadAsync(new byte[4096]) > 0) { }
        }
        catch (Exception e) when (e is IOException or SocketException)
        {
            // Hung up.
        }
    }

    /// <summary>Connections that say something or nothing, and stay.</summary>
    private sealed class Held(List<Socket> sockets, Task dripping, CancellationTokenSource stop) : IAsyncDisposable
    {
        public static async Task<Held> Open(int count, string begins, bool drips, EndPoint to)
        {
            var sockets = new List<Socket>();
            var stop = new CancellationTokenSource();
            for (var i = 0; i < count; i++)
            {
                var socket = new Socket(to.AddressFamily, SocketType.Stream, ProtocolType.Unspecified);
                sockets.Add(socket);
                await Connect(socket, to);
                await Say(socket, begins);
            }
            return new Held(sockets, drips ? Drip(sockets, stop.Token) : Task.CompletedTask, stop);
        }

        public async ValueTask DisposeAsync()
        {
            await stop.CancelAsync();
            await dripping;
            foreach (var socket in sockets) socket.Dispose();
            stop.Dispose();
        }

        /// <summary>A Unix socket refuses for a moment who comes faster than it takes them in.</summary>
        private static async Task Connect(Socket socket, EndPoint to)
        {
            while (true)
            {
                try
                {
                    await socket.ConnectAsync(to);
                    return;
                }
                catch (SocketException e) when (e.SocketErrorCode == SocketError.WouldBlock)
                {
                    await Task.Delay(5);
                }
            }
        }

        private static async Task Drip(List<Socket> sockets, CancellationToken stop)
        {
            while (!stop.IsCancellationRequested)
            {
                foreach (var socket in sockets) await Say(socket, "x");
                await Task.Delay(500, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }

        private static async Task Say(Socket socket, string text)
        {
            try
            {
                if (text.Length > 0) await socket.SendAsync(Encoding.Latin1.GetBytes(text));
            }
            catch (SocketException)
            {
                // It gave way to others.
            }
        }
    }
}
