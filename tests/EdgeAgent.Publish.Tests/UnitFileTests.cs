using System.Diagnostics;
using Xunit.Abstractions;

namespace EdgeAgent.Publish.Tests;

/// <summary>The unit file, as systemd's own tools judge it.</summary>
public sealed class UnitFileTests(ITestOutputHelper output) : IDisposable
{
    /// <summary>In tenths, on systemd's scale from 0 (closed) to 100 (open).</summary>
    private const string ExposureLimit = "16";

    private static readonly string Unit = Path.Combine(Repository.Root, "deploy/systemd/edgeagent.service");
    private static readonly string GpioDropIn = Path.Combine(Repository.Root, "deploy/systemd/gpio.conf");
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void The_sandbox_leaves_little_open_with_GPIO_lines_or_without(bool hasGpio)
    {
        var (code, said) = Analyze(hasGpio, "security", "--offline=true", $"--threshold={ExposureLimit}", "--no-pager");
        output.WriteLine(said);
        Assert.Contains("Overall exposure level", said);
        Assert.True(code == 0, said);
    }

    [Fact]
    public void Systemd_knows_every_line_but_a_newer_service_type()
    {
        var (_, said) = Analyze(hasGpio: true, "verify", "--man=no");
        var complaints = said.Split('\n').Where(l => l.Contains("edgeagent", StringComparison.Ordinal)
            && !l.Contains("/usr/bin/edgeagent is not executable", StringComparison.Ordinal)
            && !l.Contains("ignoring: notify-reload", StringComparison.Ordinal));
        Assert.Empty(complaints);
    }

    [Fact]
    public void Bad_configuration_is_not_started_again_and_again() =>
        Assert.Contains("RestartPreventExitStatus=78 2", File.ReadAllLines(Unit));

    private (int Code, string Said) Analyze(bool hasGpio, params string[] arguments)
    {
        var unit = _folder.File("edgeagent.service");
        File.Copy(Unit, unit);
        if (hasGpio) File.Copy(GpioDropIn, Path.Combine(Directory.CreateDirectory($"{unit}.d").FullName, "gpio.conf"));
        return Shell.Run("systemd-analyze", [.. arguments, unit]);
    }
}
