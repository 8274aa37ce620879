using EdgeAgent.Cli;
using EdgeAgent.Discovery;
using EdgeAgent.Mqtt;

namespace EdgeAgent.Tests.Discovery;

public sealed class InitRunTests
{
    [Fact]
    public async Task A_printed_configuration_goes_to_the_result_and_all_else_beside_it()
    {
        using var folder = new TempFolder();
        var recording = folder.Write("r.jsonl", string.Join('\n', Enumerable.Range(0, 9).Select(i =>
            $$$"""{"tst":"2026-05-04T10:00:0{{{i}}}Z","topic":"plant/p1","payload":{"temp":{{{20 + i % 5}}}.5}}""")));
        var (code, talk, result, errors) = await Run(recording);
        Assert.Equal(0, code);
        Assert.StartsWith("# Proposed by", result);
        Assert.Contains("plant", talk);
        Assert.Empty(errors);
    }

    [Fact]
    public async Task A_failure_goes_to_the_errors()
    {
        using var folder = new TempFolder();
        var (code, _, result, errors) = await Run(folder.Write("r.jsonl", "\n"));
        Assert.Equal(1, code);
        Assert.Empty(result);
        Assert.Contains("holds no messages", errors);
    }

    private static async Task<(int Code, string Talk, string Result, string Errors)> Run(string recording)
    {
        using var talk = new StringWriter();
        using var result = new StringWriter();
        using var errors = new StringWriter();
        var request = new InitRequest(new MqttOptions { Url = "mqtt://127.0.0.1:1883" }, ["#"], TimeSpan.FromSeconds(1), recording, "-",
            IsForced: false, IsYes: true, "site", null, []);
        var run = new InitRun(request, questions: null, new InitWriters(talk, result, errors), Palette.Of(true));
        return (await run.RunAsync(CancellationToken.None), talk.ToString(), result.ToString(), errors.ToString());
    }
}
