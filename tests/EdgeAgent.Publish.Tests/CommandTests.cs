namespace EdgeAgent.Publish.Tests;

/// <summary>The published program answers, and its exit codes mean what is promised.</summary>
public sealed class CommandTests
{
    public static TheoryData<string> Targets => Published.Runnable;

    [Theory, MemberData(nameof(Targets))]
    public void Version_names_program_runtime_and_target(string target)
    {
        Assert.Equal(0, Published.Run(target, out var said, "version"));
        Assert.Contains("onnxruntime ", said);
        Assert.Contains(target, said);
    }

    [Theory, MemberData(nameof(Targets))]
    public void Help_is_no_failure(string target)
    {
        Assert.Equal(0, Published.Run(target, out var said, "--help"));
        Assert.Contains("replay", said);
    }

    [Theory, MemberData(nameof(Targets))]
    public void Wrong_usage_ends_with_2(string target) =>
        Assert.Equal(2, Published.Run(target, out _, "replay", "--no-such-option"));

    [Theory, MemberData(nameof(Targets))]
    public void Broken_configuration_ends_with_78_and_says_where(string target)
    {
        using var folder = new TempFolder();
        var file = folder.Write("broken.toml", "[agent]\nsite = 3\n");
        Assert.Equal(78, Published.Run(target, out var said, "check", "--config", file));
        Assert.Contains("broken.toml:2:8", said);
    }

    [Theory, MemberData(nameof(Targets))]
    public void Good_configuration_passes_with_its_models_golden_windows(string target)
    {
        using var folder = new TempFolder();
        var file = folder.Write("good.toml", Some.Configuration(Published.Model(target), port: 1));
        Assert.Equal(0, Published.Run(target, out var said, "check", "--config", file));
        Assert.Contains("golden windows hold", said);
    }

    [Theory, MemberData(nameof(Targets))]
    public void Demo_plays_a_recording_without_further_options(string target)
    {
        var code = Published.Run(
            target, out var said, "demo", "--json", "--duration", "3", "--recording", Published.Recording("valve1-3.csv"));
        Assert.True(code == 0, said);
        Assert.Contains("\"type\":\"summary\"", said);
    }

    [Theory, MemberData(nameof(Targets))]
    public void Failures_are_told_in_words(string target)
    {
        using var folder = new TempFolder();
        var code = Published.Run(target, out var said, "replay", "--model", Published.Model(target),
            "--events", folder.File("no/such/events.jsonl"), Published.Recording("valve1-3.csv"));
        Assert.Equal(1, code);
        Assert.Contains("Could not find a part of the path", said);
    }
}
