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

    [Fact]
    public async Task Wrong_usage_ends_with_2_and_says_where_to_look()
    {
        var (exitCode, output) = await AgentProcess.Run("replay", "--speed");
        Assert.Equal(2, exitCode);
        Assert.Contains("edgeagent replay --help", output);
    }
}
