using System.Net;
using System.Text.Json;

namespace EdgeAgent.Scenarios;

/// <summary>The running agent lets its models be run by others, and judges meanwhile as if nobody asked.</summary>
public sealed class ServingTests : IDisposable
{
    private readonly Scenario _scenario = new();
    private readonly HttpClient _http = new();

    public void Dispose()
    {
        _http.Dispose();
        _scenario.Dispose();
    }

    [Fact]
    public async Task Models_are_run_while_readings_are_judged_and_a_reload_begins_and_ends_it()
    {
        _scenario.Configure();
        await using var live = await _scenario.GoLive();
        var (expected, consumer, agent) = live;
        var (plain, port) = (await File.ReadAllTextAsync(_scenario.ConfigurationFile), LoopbackPort.Free());
        await Reload(agent, $"{plain}\n[serve]\nlisten = \"127.0.0.1:{port}\"\n", "serving of models changed");
        await Eventually.Holds(() => Get(port, "/v2/health/ready").Result == HttpStatusCode.OK, () => agent.Log);

        using var stop = new CancellationTokenSource();
        var asking = AskAsync(port, stop.Token);
        await Plant.Publish(_scenario.Sensors, 0, Plant.Readings);
        await Eventually.Holds(() => consumer.Distinct.Count >= expected.Count, () => $"{consumer.Distinct.Count} of {expected.Count}\n{agent.Log}");
        await stop.CancelAsync();

        Assert.True(await asking > 20, "hardly anything was asked");
        Promised.Same(expected, consumer.Events);
        Assert.Equal(0, (await _scenario.Ask("health")).ExitCode);
        await Reload(agent, plain, "serving of models changed");
        await Eventually.Holds(() => Get(port, "/v2").Result is null, () => agent.Log);
        Assert.Equal(0, await agent.Stop());
    }

    /// <summary>Asks until it is told to stop; gives how often it was answered as it should be.</summary>
    private async Task<int> AskAsync(int port, CancellationToken stop)
    {
        var data = string.Join(',', Enumerable.Repeat("0.5", 40));
        var request = $$"""{"inputs":[{"name":"features","shape":[1,40],"datatype":"FP32","data":[{{data}}]}]}""";
        var first = "";
        var count = 0;
        for (; !stop.IsCancellationRequested && count < 100_000; count++)
        {
            using var content = new StringContent(request);
            using var answer = await _http.PostAsync(new Uri($"http://127.0.0.1:{port}/v2/models/pump-health/infer"), content, CancellationToken.None);
            var body = await answer.Content.ReadAsStringAsync(CancellationToken.None);
            Assert.True(answer.IsSuccessStatusCode, body);
            Assert.Equal(first = first.Length == 0 ? body : first, body);
            if (count == 0) Assert.Equal("logit", JsonDocument.Parse(body).RootElement.GetProperty("outputs")[0].GetProperty("name").GetString());
        }
        return count;
    }

    private async Task Reload(AgentProcess agent, string text, string what)
    {
        await File.WriteAllTextAsync(_scenario.ConfigurationFile, text);
        await agent.Signal("HUP");
        await agent.Says($"is taken over: {what}");
    }

    private async Task<HttpStatusCode?> Get(int port, string path)
    {
        try
        {
            using var answer = await _http.GetAsync(new Uri($"http://127.0.0.1:{port}{path}"));
            return answer.StatusCode;
        }
        catch (HttpRequestException)
        {
            return null;
        }
    }
}
