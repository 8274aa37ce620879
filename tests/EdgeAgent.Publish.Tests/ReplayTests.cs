using Xunit.Abstractions;

namespace EdgeAgent.Publish.Tests;

/// <summary>The published programs compute the same, whatever the processor.</summary>
public sealed class ReplayTests(ITestOutputHelper output)
{
    [Theory, InlineData("cortex-a76"), InlineData("cortex-a72"), InlineData("cortex-a53")]
    public void Arm64_gives_the_events_and_scores_of_x64_byte_for_byte(string cpu)
    {
        if (Published.Runnable.Count < 2) return; // On an ARM64 machine there is no x64 to compare with.
        using var folder = new TempFolder();
        var x64 = Replay(folder, "linux-x64", cpu);
        var arm64 = Replay(folder, "linux-arm64", cpu);
        Assert.NotEmpty(x64.Events);
        Assert.Equal(x64.Events, arm64.Events);
        Assert.Equal(x64.Scores, arm64.Scores);
    }

    private (string[] Events, string Scores) Replay(TempFolder folder, string target, string cpu)
    {
        var (events, scores) = (folder.File($"{target}.jsonl"), folder.File($"{target}.csv"));
        using var run = Published.Start(target, new Dictionary<string, string> { ["EDGEAGENT_ARM64_CPU"] = cpu },
            "replay", "--model", Published.Model(target), "--events", events, "--scores", scores,
            Published.Recording("valve1-3.csv"), Published.Recording("other-4.csv"));
        Assert.True(run.WaitForExit() == 0, run.Errors);
        output.WriteLine($"{target}: {run.Output}");
        return (File.ReadAllLines(events), File.ReadAllText(scores));
    }
}
