using System.Text.Json;

namespace EdgeAgent.Scenarios;

/// <summary>The README's first command, at high speed.</summary>
public sealed class DemoTests
{
    [Fact]
    public async Task The_demo_finds_anomalies_in_real_data_and_forwards_less_than_a_twentieth()
    {
        var (exitCode, output) = await AgentProcess.Run("demo", "--json", "--speed", "400");
        Assert.True(exitCode == 0, output);
        using var summary = JsonDocument.Parse(output.Split('\n').Last(l => l.Contains("\"summary\"")));
        var figures = summary.RootElement;
        Assert.True(figures.GetProperty("opened").GetInt32() >= 4, output);
        Assert.True(figures.GetProperty("savedPercent").GetDouble() >= 95, output);
        Assert.Equal(4484, figures.GetProperty("readings").GetInt32());
        Assert.Contains("owed 0 + dropped 0", figures.GetProperty("ledger").GetString());
        Assert.Contains("\"cause\":\"Volume Flow RateRMS", output);
    }

    [Fact]
    public async Task The_demo_ends_in_good_order_when_its_time_is_over()
    {
        var (exitCode, output) = await AgentProcess.Run("demo", "--speed", "20", "--duration", "3");
        Assert.True(exitCode == 0, output);
        Assert.Contains("readings judged", output);
    }

    [Theory]
    [InlineData("INT")]
    [InlineData("TERM")]
    public async Task A_demo_that_is_interrupted_sums_up_and_leaves_nothing_behind(string signal)
    {
        var before = DemoFolders();
        using var demo = AgentProcess.Start("demo", "--json", "--speed", "20");
        await demo.Says("\"status\"");
        Assert.Equal(0, await demo.Stop(signal));
        await demo.Says("\"summary\"");
        Assert.Empty(DemoFolders().Except(before));
    }

    [Theory]
    [InlineData("demo", "--speed", "fast")]
    [InlineData("demo", "--duration", "-1")]
    [InlineData("replay", "--model", "m")]
    public async Task A_value_of_the_wrong_kind_is_wrong_usage(params string[] arguments)
    {
        var (exitCode, output) = await AgentProcess.Run(arguments);
        Assert.True(exitCode == 2, output);
        Assert.DoesNotContain("   at ", output);
    }

    [Fact]
    public async Task A_replay_never_writes_over_its_recording()
    {
        using var folder = new TempFolder();
        var recording = folder.File("r.csv");
        File.Copy(Repository.Recording, recording);
        var (exitCode, output) = await AgentProcess.Run("replay", "--model", Repository.Model, "--scores", recording, recording);
        Assert.Equal(1, exitCode);
        Assert.Contains("name a file of its own", output);
        Assert.Equal(File.ReadAllBytes(Repository.Recording), File.ReadAllBytes(recording));
    }

    private static HashSet<string> DemoFolders() => [.. Directory.GetDirectories(Path.GetTempPath(), "edgeagent-demo-*")];

    [Fact]
    public async Task Wrong_usage_ends_with_2_and_says_where_to_look()
    {
        var (exitCode, output) = await AgentProcess.Run("replay", "--speed");
        Assert.Equal(2, exitCode);
        Assert.Contains("edgeagent replay --help", output);
    }
}
