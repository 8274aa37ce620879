using System.Diagnostics;

namespace EdgeAgent.Tests.Cli;

/// <summary>What the program says to words that it does not take.</summary>
public sealed class WrongUsageTests
{
    [Theory]
    [InlineData("did you mean `edgeagent status`?", "statsu")]
    [InlineData("did you mean `edgeagent check --config a.toml`?", "check a.toml")]
    [InlineData("did you mean `edgeagent outbox list`?", "outbox lst")]
    [InlineData("Must be one of: 'info' 'warning' 'critical'", "outbox purge --severity wrning")]
    public async Task A_word_that_nothing_takes_is_told_with_what_may_be_meant(string expected, string words)
    {
        using var process = Process.Start(new ProcessStartInfo(
            "dotnet", [Path.Combine(AppContext.BaseDirectory, "edgeagent.dll"), .. words.Split(' ')])
        {
            RedirectStandardOutput = true, RedirectStandardError = true,
        })!;
        var output = process.StandardOutput.ReadToEndAsync();
        var said = await process.StandardError.ReadToEndAsync();
        await output;
        await process.WaitForExitAsync();
        Assert.Contains(expected, said);
        Assert.NotEqual(0, process.ExitCode);
    }
}
